"""Numbers of the United Nations: letters of the special procedures, opinions, treaty bodies, documents.

A letter's number counts per State and year whatever its kind, so ``AL TUN 4/2026`` and ``TUN 4/2026`` are one. An
opinion has a number and a document symbol of the same digits. (Research: domain §1.5.)
"""

import re

from tocsin.domain.matching.citations.issuers import Issuer
from tocsin.domain.matching.citations.passage import (
    ANY_YEAR,
    NUMBER,
    REACH,
    YEAR,
    Citation,
    Form,
    Passage,
    form,
    year_of,
)
from tocsin.domain.matching.citations.states import ADDRESSEES, WORDS
from tocsin_schemas.vocabulary import ReferenceScheme

_KIND = r"(?P<kind>J?(?:UA|AL|OL))"
_STATE = r"(?P<state>[A-Z]{3})"
_COUNT = r"(?P<count>[0-9]{1,3})"
_SHORT_YEAR = 2


def _letter(state: str, count: str, year: int, *, identifies: bool = True) -> Citation:
    return Citation(ReferenceScheme.UN_COMMUNICATION, f"{state} {int(count)}/{year}", None, identifies)


def _prefixed(match: re.Match[str], passage: Passage) -> Citation | None:
    """``AL TUN 4/2026``. Other letters (OL) are about laws and policies: they cover whoever these harm."""
    state, year = match["state"], year_of(match["year"])
    if year is None or state not in ADDRESSEES:
        return None
    if len(match["year"]) == _SHORT_YEAR and match["slash"] != "/":
        return None
    if match["kind"] == "AL" and state in WORDS and not passage.is_shouted(match, "kind"):
        return None  # Spanish: "al sur"
    return _letter(state, match["count"], year, identifies=not match["kind"].endswith("OL"))


def _bare(match: re.Match[str], passage: Passage) -> Citation | None:
    """``TUN 4/2026``. A code that is also a word counts only where the text speaks of the UN, in capitals."""
    state, year = match["state"], year_of(match["year"])
    if year is None or state not in ADDRESSEES:
        return None
    date_like = match["count"].startswith("0") or len(match["year"]) == _SHORT_YEAR or match["slash"] != "/"
    if (date_like or state in WORDS) and not _is_explained(match, passage):
        return None
    return _letter(state, match["count"], year)


def _is_explained(match: re.Match[str], passage: Passage) -> bool:
    if passage.scheme is ReferenceScheme.UN_COMMUNICATION or match["code"] is not None:
        return True
    return passage.is_shouted(match, "state") and passage.nearest(match, Issuer.UN) is not None


def _without_state(match: re.Match[str], passage: Passage) -> Citation | None:
    """``AL 4/2026`` in a report on one State. In prose the State is a guess, so the number proves nothing."""
    in_field = passage.scheme is ReferenceScheme.UN_COMMUNICATION
    year = year_of(match["year"])
    if passage.state is None or year is None:
        return None
    if not in_field and not _speaks_of_the_un(match, passage):
        return None
    return _letter(passage.state, match["count"], year, identifies=in_field and not match["kind"].endswith("OL"))


def _speaks_of_the_un(match: re.Match[str], passage: Passage) -> bool:
    return (
        len(match["year"]) == 4
        and passage.is_shouted(match, "kind")
        and passage.nearest(match, Issuer.UN, Issuer.AMNESTY) is Issuer.UN
    )


def _file(match: re.Match[str], passage: Passage) -> Citation | None:
    """The file of a letter in the search of communications; other sites have a ``gid`` as well."""
    if passage.scheme is not ReferenceScheme.UN_COMMUNICATION and "OHCHR" not in passage.before(match, REACH):
        return None
    return Citation(ReferenceScheme.UN_COMMUNICATION, f"gId={int(match['id'])}")


def _opinion(match: re.Match[str], passage: Passage) -> Citation | None:
    """``Opinion No. 22/2020``. Several opinions in one breath are case law; two digits of a year need the issuer."""
    year = year_of(match["year"])
    issuer = passage.nearest(match, Issuer.WGAD, Issuer.ELSEWHERE)
    sure = issuer is Issuer.WGAD or passage.scheme is ReferenceScheme.WGAD_OPINION
    if year is None or (not sure and (issuer is not None or len(match["year"]) == _SHORT_YEAR)):
        return None
    return _opinion_of(match["count"], year, identifies=_SEVERAL.match(match[0]) is None)


def _opinion_symbol(match: re.Match[str], _: Passage) -> Citation | None:
    year = year_of(match["year"])
    return None if year is None else _opinion_of(match["count"], year)


def _opinion_of(count: str, year: int, *, identifies: bool = True) -> Citation:
    return Citation(ReferenceScheme.WGAD_OPINION, f"WGAD/{year}/{int(count)}", None, identifies)


_SEVERAL = re.compile(r"OPINION(?:S|ES)|.*\bNOS\b")
_COMMITTEES = {Issuer.CCPR: "CCPR", Issuer.CAT: "CAT", Issuer.CEDAW: "CEDAW", Issuer.CED: "CED"}


def _views(match: re.Match[str], _: Passage) -> Citation | None:
    """``CCPR/C/131/D/2536/2015``: the session changes with each decision, the communication does not."""
    committee = "CESCR" if match["committee"].startswith("E") else match["committee"]
    return _treaty_case(committee, match)


def _treaty_communication(match: re.Match[str], passage: Passage) -> Citation | None:
    """``communication No. 2536/2015``, where the committee is named."""
    committee = _COMMITTEES.get(passage.nearest(match, *_COMMITTEES, Issuer.ACHPR) or Issuer.ACHPR)
    return None if committee is None else _treaty_case(committee, match)


def _treaty_case(committee: str, match: re.Match[str]) -> Citation | None:
    year = year_of(match["year"])
    key = f"{committee}/D/{int(match['count'])}/{year}"
    return None if year is None else Citation(ReferenceScheme.UN_DOCUMENT, key)


def _disappearance(match: re.Match[str], passage: Passage) -> Citation | None:
    """An urgent action of the Committee on Enforced Disappearances, unless Amnesty is named; see ``amnesty``."""
    year, issuer = year_of(match["year"]), passage.nearest(match, Issuer.CED, Issuer.AMNESTY)
    if passage.scheme is ReferenceScheme.AMNESTY or issuer is Issuer.AMNESTY or year is None:
        return None
    if issuer is None and (len(match["year"]) == _SHORT_YEAR or match["name"] in {"UA", "AU"}):
        return None
    return Citation(ReferenceScheme.UN_DOCUMENT, f"CED/UA/{int(match['count'])}/{year}")


def _council_document(match: re.Match[str], _: Passage) -> Citation:
    """A report to the Council, such as the Secretary-General's on reprisals, names many cases."""
    return Citation(ReferenceScheme.UN_DOCUMENT, f"A/HRC/{int(match['session'])}/{int(match['count'])}", None, False)


_ADOPTED = r"(?:ADOPTED|ADOPTEE?|ADOPTADA|RENDU|EMITIDA|PRECEDENT|ANTERIEUR|ANTERIOR|PREVIA)"
_BODY = (
    r"(?: (?:OF|BY|FROM|DU|DE|DEL|DE LA|ADOPTED BY|RENDU PAR|DEL?) (?:THE |LE |EL )?(?:UN )?"
    r"(?:WGAD|GTDA|WORKING GROUP ON ARBITRARY DETENTION|GROUPE DE TRAVAIL SUR LA DETENTION ARBITRAIRE"
    r"|GRUPO DE TRABAJO SOBRE (?:LA )?DETENCION ARBITRARIA))?"
)
_ACTION = r"(?P<name>UA|AU|URGENT ACTION|ACTION URGENTE|ACCION URGENTE)(?: ?\((?:UA|AU)\))?"

FORMS: tuple[Form, ...] = (
    form(f"{_KIND}[ ./:(-]{{1,3}}{_STATE}[ ./:#-]{{0,3}}{NUMBER}{_COUNT}(?P<slash>[ ./-]){ANY_YEAR}", _prefixed),
    form(f"(?P<code>CODE=)?{_STATE}[ .-]?{_COUNT}(?P<slash>[/-]){ANY_YEAR}", _bare),
    form(f"{_KIND}[ .:-]{{0,2}}{NUMBER}{_COUNT}/{ANY_YEAR}", _without_state),
    form(r"GID=(?P<id>[0-9]{1,9})", _file),
    form(f"(?:OPINION(?:E?S)?|AVIS)(?: {_ADOPTED})?{_BODY}[ ,:(]{{0,2}}{NUMBER}{_COUNT}[/-]{ANY_YEAR}", _opinion),
    form(f"(?:WGAD|GTDA)[ ,:(-]{{0,2}}{NUMBER}{_COUNT}/{ANY_YEAR}", _opinion),
    form(f"(?:A/HRC/)?(?:WGAD|GTDA)[/ ](?P<year>{YEAR})/(?:OPINION )?{_COUNT}", _opinion_symbol),
    form(
        r"(?P<committee>CCPR|CAT|CEDAW|CERD|CRPD|CRC|CED|CESCR|E/C\.12)(?:/C)?(?:/[0-9]{1,3})?/D/"
        f"(?P<count>[0-9]{{1,5}})[/-](?P<year>{YEAR})",
        _views,
    ),
    form(
        f"(?:COMMUNICATION|COMUNICACION)[ ,:(]{{0,2}}{NUMBER}(?P<count>[0-9]{{1,5}})/(?P<year>{YEAR})",
        _treaty_communication,
    ),
    form(f"CED/(?P<name>UA)/(?P<count>[0-9]{{1,5}})/{ANY_YEAR}", _disappearance),
    form(f"{_ACTION}[ .:,-]{{0,3}}{NUMBER}(?P<count>[0-9]{{1,5}})/{ANY_YEAR}", _disappearance),
    form(r"A/HRC/(?P<session>[0-9]{1,2})/(?P<count>[0-9]{1,3})", _council_document),
)
