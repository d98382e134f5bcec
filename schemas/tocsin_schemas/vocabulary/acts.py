"""What was done, by whom, and what followed (WGAD and WGEID forms, IACHR portal, Council of Europe Platform)."""

from enum import StrEnum


class ViolationType(StrEnum):
    """What was done to the person, the group or the right (HURIDOCS list 4; Council of Europe Platform)."""

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
    """Who is said to have acted."""

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
    """Whether the cooperation took place, was tried, or was only believed."""

    DONE = "done"
    ATTEMPTED = "attempted"
    PERCEIVED = "perceived"


class CausalLink(StrEnum):
    """How firmly the act is tied to the cooperation."""

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


class EvidenceKind(StrEnum):
    """What kind of proof is kept."""

    DOCUMENT = "document"
    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    MEDICAL_REPORT = "medical_report"
    COURT_RECORD = "court_record"
    TESTIMONY = "testimony"
    PRESS = "press"
    OTHER = "other"
