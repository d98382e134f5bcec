"""What may be done with a report, and with whom it may be shared (SR HRD form; TLP 2.0)."""

from enum import StrEnum


class ConsentStatus(StrEnum):
    """What was decided; what is absent counts as refused."""

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
    CONTACT = "contact"
    USE_PHOTO = "use_photo"


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


class Pap(StrEnum):
    """Permissible Actions Protocol: what a reader may do that those responsible could notice (MISP taxonomy)."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    CLEAR = "clear"
