"""What mechanisms do, and the numbers that they give (HURIDOCS list 20; research on references)."""

from enum import StrEnum


class ActionType(StrEnum):
    """What a mechanism can do."""

    URGENT_APPEAL = "urgent_appeal"
    ALLEGATION_LETTER = "allegation_letter"
    OTHER_LETTER = "other_letter"
    WGAD_URGENT_ACTION = "wgad_urgent_action"
    WGAD_OPINION = "wgad_opinion"
    PRECAUTIONARY_MEASURE = "precautionary_measure"
    PROVISIONAL_MEASURE = "provisional_measure"
    LETTER_OF_APPEAL = "letter_of_appeal"
    PRESS_STATEMENT = "press_statement"
    RESOLUTION = "resolution"
    COUNTRY_VISIT = "country_visit"
    VISIT_RECOMMENDATION = "visit_recommendation"
    THIRD_PARTY_INTERVENTION = "third_party_intervention"
    DEMARCHE = "demarche"
    TRIAL_OBSERVATION = "trial_observation"
    PRISON_VISIT = "prison_visit"
    EMERGENCY_GRANT = "emergency_grant"
    RELOCATION = "relocation"
    ALERT = "alert"
    PUBLIC_APPEAL = "public_appeal"
    STATE_REPLY = "state_reply"
    FOLLOW_UP = "follow_up"
    QUIET_DIPLOMACY = "quiet_diplomacy"
    NONE = "none"


class ReplyQuality(StrEnum):
    """How far a State's reply answers (HURIDOCS list 27)."""

    SUBSTANTIVE = "substantive"
    INCOMPLETE = "incomplete"
    REJECTS = "rejects"
    NONE = "none"


class ReferenceScheme(StrEnum):
    """Who issued a reference (research: AL TUN 4/2026; Opinion 22/2020; PM 506-22; DZA 002 / 0703 / OBS 064)."""

    UN_COMMUNICATION = "un_communication"
    WGAD_OPINION = "wgad_opinion"
    UN_DOCUMENT = "un_document"
    IACHR_MEASURE = "iachr_measure"
    ACHPR = "achpr"
    OBSERVATORY = "observatory"
    AMNESTY = "amnesty"
    COE_PLATFORM = "coe_platform"
    COURT = "court"
    OTHER = "other"
