"""Which numbers count cases one by one, so that two different ones cannot be one case."""

import re

from tocsin.domain.matching.citations.states import NO_STATE
from tocsin_schemas.vocabulary import ReferenceScheme

_LETTER = re.compile(r"(?P<state>[A-Z]{3}) [0-9]+/[0-9]{4}")
_COUNTED = re.compile(
    r"WGAD/|PM (?=[0-9])|UA (?=[0-9])|OBS (?=[0-9])|ACHPR (?=[0-9])|ECTHR |AFCHPR |IACHR (?:CASE|PETITION) |alertPK="
    r"|COE ALERT |(?:CCPR|CAT|CEDAW|CERD|CRPD|CRC|CED|CESCR)/D/|CED/UA/"
)


def series_of(scheme: str, key: str) -> str | None:
    """The series that a canonical key belongs to; None if another number of the same issuer may be the same case.

    Of the latter kind are documents (each Amnesty index, each resolution, each file of a letter), letters to someone
    who is no State, which repeat a letter to a State, and keys that could not be read.
    """
    if scheme == ReferenceScheme.UN_COMMUNICATION:
        letter = _LETTER.fullmatch(key)
        return scheme if letter and letter["state"] != NO_STATE else None
    counted = _COUNTED.match(key)
    return scheme + ":" + counted[0] if counted else None
