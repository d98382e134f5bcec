"""The closed vocabularies of reports: what may have happened, to whom, and how it is known.

Sources: OHCHR special procedures forms, WGAD questionnaire (Fact Sheet 26, annex V), WGEID form, IACHR precautionary
measures portal, Council of Europe Platform categories, HURIDOCS micro-thesauri, TLP 2.0, CAP 1.2.
"""

from enum import StrEnum


class NameKind(StrEnum):
    FULL = "full"
    ALIAS = "alias"
    BIRTH = "birth"
    PEN = "pen"
    TRANSLITERATION = "transliteration"


class Gender(StrEnum):
    WOMAN = "woman"
    MAN = "man"
    NON_BINARY = "non_binary"
    OTHER = "other"
    UNDISCLOSED = "undisclosed"


class GroupKind(StrEnum):
    FAMILY = "family"
    ORGANISATION = "organisation"
    COMMUNITY = "community"
    OTHER = "other"


class Occupation(StrEnum):
    LAWYER = "lawyer"
    JUDGE = "judge"
    PROSECUTOR = "prosecutor"
    JOURNALIST = "journalist"
    BLOGGER = "blogger"
    TRADE_UNIONIST = "trade_unionist"
    COMMUNITY_LEADER = "community_leader"
    ACADEMIC = "academic"
    STUDENT = "student"
    HEALTH_WORKER = "health_worker"
    NGO_STAFF = "ngo_staff"
    ARTIST = "artist"
    OTHER = "other"


class Topic(StrEnum):
    """What the defender works on (HURIDOCS; SR HRD form, part B)."""

    LAND = "land"
    ENVIRONMENT = "environment"
    INDIGENOUS = "indigenous"
    WOMEN = "women"
    LGBTI = "lgbti"
    LABOUR = "labour"
    MINORITIES = "minorities"
    MIGRANTS = "migrants"
    CHILDREN = "children"
    DISABILITY = "disability"
    ANTI_CORRUPTION = "anti_corruption"
    TRANSITIONAL_JUSTICE = "transitional_justice"
    RULE_OF_LAW = "rule_of_law"
    EXPRESSION = "expression"
    ASSOCIATION = "association"
    ELECTIONS = "elections"
    RELIGION = "religion"
    HOUSING = "housing"
    WATER = "water"
    FOOD = "food"
    HEALTH = "health"
    EDUCATION = "education"
    CULTURE = "culture"
    DIGITAL = "digital"
    BUSINESS = "business"
    DEATH_PENALTY = "death_penalty"
    OTHER = "other"


class ViolationType(StrEnum):
    ARREST = "arrest"
    ARBITRARY_DETENTION = "arbitrary_detention"
    HOUSE_ARREST = "house_arrest"
    INCOMMUNICADO = "incommunicado"
    CONVICTION = "conviction"
    UNFAIR_TRIAL = "unfair_trial"
    JUDICIAL_HARASSMENT = "judicial_harassment"
    ENFORCED_DISAPPEARANCE = "enforced_disappearance"
    TORTURE = "torture"
    ILL_TREATMENT = "ill_treatment"
    DENIAL_OF_MEDICAL_CARE = "denial_of_medical_care"
    SEXUAL_VIOLENCE = "sexual_violence"
    KILLING = "killing"
    DEATH_IN_CUSTODY = "death_in_custody"
    DEATH_THREAT = "death_threat"
    THREAT = "threat"
    PHYSICAL_ATTACK = "physical_attack"
    SURVEILLANCE = "surveillance"
    SMEAR = "smear"
    RAID = "raid"
    TRAVEL_BAN = "travel_ban"
    DEPORTATION = "deportation"
    DISMISSAL = "dismissal"
    DENIAL_OF_ACCREDITATION = "denial_of_accreditation"
    CLOSURE_OF_ORGANISATION = "closure_of_organisation"
    DENIAL_OF_REGISTRATION = "denial_of_registration"
    FUNDING_RESTRICTION = "funding_restriction"
    FOREIGN_AGENT_LAW = "foreign_agent_law"
    ASSET_FREEZE = "asset_freeze"
    CENSORSHIP = "censorship"
    PROTEST_REPRESSION = "protest_repression"
    FORCED_EVICTION = "forced_eviction"
    LAND_GRABBING = "land_grabbing"
    RESTRICTIVE_LAW = "restrictive_law"
    ATTACK_ON_RELATIVES = "attack_on_relatives"
    OTHER = "other"


class AuthorityKind(StrEnum):
    POLICE = "police"
    ARMY = "army"
    INTELLIGENCE = "intelligence"
    GENDARMERIE = "gendarmerie"
    PRISON = "prison"
    JUDICIARY = "judiciary"
    IMMIGRATION = "immigration"
    ADMINISTRATION = "administration"
    NON_STATE = "non_state"
    COMPANY = "company"
    UNKNOWN = "unknown"


class WgadCategory(StrEnum):
    """Categories of arbitrary detention, as alleged (WGAD methods of work, A/HRC/36/38, para. 8)."""

    I = "I"  # noqa: E741 - the category's own name
    II = "II"
    III = "III"
    IV = "IV"
    V = "V"


class Cooperation(StrEnum):
    """How the person cooperated with a mechanism (HRC resolution 12/2)."""

    TESTIMONY = "testimony"
    COMMUNICATION = "communication"
    MEETING = "meeting"
    SESSION = "session"
    VISIT = "visit"
    PETITION = "petition"
    ASSISTANCE = "assistance"
    RELATIVE = "relative"
    OTHER = "other"


class CooperationStatus(StrEnum):
    DONE = "done"
    ATTEMPTED = "attempted"
    PERCEIVED = "perceived"


class CausalLink(StrEnum):
    NONE = "none"
    ALLEGED = "alleged"
    REASONABLE = "reasonable"
    ESTABLISHED = "established"


class AccountabilityStatus(StrEnum):
    """How far the authorities went to bring those responsible to account."""

    NONE = "none"
    COMPLAINT_FILED = "complaint_filed"
    OPENED = "opened"
    STALLED = "stalled"
    CLOSED_NO_CHARGE = "closed_no_charge"
    PROSECUTED = "prosecuted"
    CONVICTED = "convicted"
    ACQUITTED = "acquitted"
    AMNESTY = "amnesty"


class Urgency(StrEnum):
    IMMEDIATE = "immediate"
    EXPECTED = "expected"
    PAST = "past"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    OBSERVED = "observed"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    UNKNOWN = "unknown"


class Priority(StrEnum):
    """P1 now, P2 same day, P3 digest, P4 weekly."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class ConsentStatus(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class Purpose(StrEnum):
    """What a consent allows; each is asked for on its own (SR HRD form, 2023)."""

    ALERT = "alert"
    SHARE = "share"
    TRANSMIT_TO_GOVERNMENT = "transmit_to_government"
    PUBLISH = "publish"


class Audience(StrEnum):
    """Classes of recipients that a consent may name instead of one mechanism."""

    ALL_MECHANISMS = "all_mechanisms"
    NGOS = "ngos"
    GOVERNMENT = "government"
    MEDIA = "media"
    PUBLIC = "public"


class Tlp(StrEnum):
    """Traffic Light Protocol 2.0 (FIRST)."""

    RED = "red"
    AMBER_STRICT = "amber+strict"
    AMBER = "amber"
    GREEN = "green"
    CLEAR = "clear"


class ActionType(StrEnum):
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


class SourceRelation(StrEnum):
    VICTIM = "victim"
    RELATIVE = "relative"
    LAWYER = "lawyer"
    COLLEAGUE = "colleague"
    ORGANISATION = "organisation"
    WITNESS = "witness"
    OTHER = "other"
