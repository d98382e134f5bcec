"""Who was harmed, what they defend, and who speaks for them (HURIDOCS micro-thesauri; SR HRD form)."""

from enum import StrEnum


class NameKind(StrEnum):
    """What kind of name this is."""

    FULL = "full"
    ALIAS = "alias"
    BIRTH = "birth"
    PEN = "pen"
    TRANSLITERATION = "transliteration"


class Gender(StrEnum):
    """As the person gives it."""

    WOMAN = "woman"
    MAN = "man"
    NON_BINARY = "non_binary"
    OTHER = "other"
    UNDISCLOSED = "undisclosed"


class GroupKind(StrEnum):
    """What kind of group was harmed."""

    FAMILY = "family"
    ORGANISATION = "organisation"
    COMMUNITY = "community"
    OTHER = "other"


class Occupation(StrEnum):
    """What the person does for a living."""

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


class SourceRelation(StrEnum):
    """How the source stands to the victim (HURIDOCS list 19)."""

    VICTIM = "victim"
    RELATIVE = "relative"
    LAWYER = "lawyer"
    COLLEAGUE = "colleague"
    ORGANISATION = "organisation"
    WITNESS = "witness"
    OTHER = "other"


class VictimStatus(StrEnum):
    """Where the person stands now (HURIDOCS list 25)."""

    FREE = "free"
    DETAINED = "detained"
    DISAPPEARED = "disappeared"
    HIDING = "hiding"
    EXILE = "exile"
    DEAD = "dead"
    UNKNOWN = "unknown"
