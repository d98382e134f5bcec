"""Amnesty International: urgent actions, their further information, and the index of documents.

An urgent action counts per year and is written with two digits of it (``UA 13/16``); each document about it has an
index of its own (``MDE 13/1234/2016``).
"""

import re

from tocsin.domain.matching.citations.issuers import Issuer
from tocsin.domain.matching.citations.passage import ANY_YEAR, NUMBER, YEAR, Citation, Form, Passage, form, year_of
from tocsin_schemas.vocabulary import ReferenceScheme

_FURTHER = (
    r"(?:FURTHER INFORMATION|INFORMATIONS? COMPLEMENTAIRES?|INFORMACION (?:COMPLEMENTARIA|ADICIONAL)|MAS INFORMACION"
    r"|UPDATE|MISE A JOUR|ACTUALIZACION)"
)
_ORDINALS = (
    r"FIRST|1ST|PREMIERE|1RE|1ERE|PRIMERA|1A",
    r"SECOND|2ND|DEUXIEME|2E|2EME|SEGUNDA|2A",
    r"THIRD|3RD|TROISIEME|3E|3EME|TERCERA|3A",
    r"FOURTH|4TH|QUATRIEME|4E|4EME|CUARTA|4A",
    r"FIFTH|5TH|CINQUIEME|5E|5EME|QUINTA|5A",
    r"SIXTH|6TH|SIXIEME|6E|6EME|SEXTA|6A",
)
_PLACE = {word: place for place, words in enumerate(_ORDINALS, start=1) for word in words.split("|")}
_ORDINAL = rf"(?P<ordinal>{'|'.join(_ORDINALS)})"
_LEAD = re.compile(
    rf"(?<![A-Z0-9])(?:{_ORDINAL} )?(?:(?P<further>{_FURTHER}) (?:ON|TO|SUR|A|SOBRE|DE)? ?(?:THE |L.|LA )?)?$"
)
_LONGEST_LEAD = 60
_REPORT = re.compile(r"(?:REPORT|RAPPORT|INFORME|BRIEFING)\b.{0,40}$")
_REGIONS = frozenset({"AFR", "AMR", "ASA", "EUR", "MDE"})
_LANGUAGES = "ENGLISH|FRENCH|SPANISH|ARABIC"


def _urgent_action(match: re.Match[str], passage: Passage) -> Citation | None:
    """``UA 13/16``; ``AU`` is the French and Spanish abbreviation, but also a word and an organisation.

    Two-digit years are Amnesty's, unless the Committee on Enforced Disappearances is named. Four-digit ones are
    Amnesty's only where it is named: the UN numbers its letters and urgent actions so.
    """
    year, lead = year_of(match["year"]), _LEAD.search(passage.before(match, _LONGEST_LEAD))
    named = passage.scheme is ReferenceScheme.AMNESTY
    issuer = Issuer.AMNESTY if named else passage.nearest(match, Issuer.AMNESTY, Issuer.CED)
    led = lead is not None and lead[0] != ""
    if year is None or issuer is Issuer.CED or passage.scheme is ReferenceScheme.UN_COMMUNICATION:
        return None
    if match["name"] == "AU" and not (named or led or (issuer is not None and passage.is_shouted(match, "name"))):
        return None
    if len(match["year"]) == 4 and issuer is None:
        return None
    return Citation(ReferenceScheme.AMNESTY, f"UA {int(match['count'])}/{year % 100:02}", _update(lead))


def _update(lead: re.Match[str] | None) -> int | None:
    """``Second UA`` is the first update; ``second further information on UA`` the second."""
    if lead is None or lead["ordinal"] is None:
        return None
    place = _PLACE[lead["ordinal"]]
    return place if lead["further"] else place - 1 or None


def _index(match: re.Match[str], passage: Passage) -> Citation | None:
    """A document on a country is about one case as a rule; a report, or a document on a theme, is about many."""
    year = year_of(match["year"])
    if year is None:
        return None
    about_one = match["area"] in _REGIONS and _REPORT.search(passage.before(match, 60)) is None
    key = f"{match['area']} {match['country']}/{int(match['count']):03}/{year}"
    return Citation(ReferenceScheme.AMNESTY, key, None, about_one)


_AREA = r"(?P<area>AFR|AMR|ASA|EUR|MDE|ACT|DOC|IOR|NWS|ORG|POL)"

FORMS: tuple[Form, ...] = (
    form(
        r"(?P<name>UA|AU|URGENT ACTION|ACTION URGENTE|ACCION URGENTE)(?: ?\((?:UA|AU|URGENT ACTION)\))?"
        rf"[ .:,-]{{0,3}}{NUMBER}(?P<count>[0-9]{{1,3}})[/-]{ANY_YEAR}",
        _urgent_action,
    ),
    form(rf"{_AREA} ?(?P<country>[0-9]{{2}})[/-](?P<count>[0-9]{{3,5}})[/-]{ANY_YEAR}", _index),
    form(
        rf"{_AREA}(?P<country>[0-9]{{2}})(?P<count>[0-9]{{3,4}})(?P<year>{YEAR})(?:{_LANGUAGES})",
        _index,
    ),
)
