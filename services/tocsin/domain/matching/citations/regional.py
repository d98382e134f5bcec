"""Numbers of the regional systems: the Inter-American and African Commissions, the courts, the Council of Europe."""

import re

from tocsin.domain.matching.citations.issuers import Issuer
from tocsin.domain.matching.citations.passage import ANY_YEAR, NUMBER, YEAR, Citation, Form, Passage, form, year_of
from tocsin_schemas.vocabulary import ReferenceScheme

_SHORT = 2
"""Numbers of so few digits look like times and dates."""
_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])")
_TIME = re.compile(r"(?<![0-9])[0-9]{1,2} ?$")


def _measure(match: re.Match[str], passage: Passage) -> Citation | None:
    """``PM 506-22`` is ``MC 506-22``, and keeps its number when it is extended or lifted."""
    year = year_of(match["year"])
    named = passage.scheme is ReferenceScheme.IACHR_MEASURE
    issuer = Issuer.IACHR if named else passage.nearest(match, Issuer.IACHR, Issuer.ELSEWHERE)
    if year is None or issuer is Issuer.ELSEWHERE or _TIME.search(passage.before(match, 4)):
        return None
    if issuer is None and len(match["count"].lstrip("0")) <= _SHORT:
        return None
    return Citation(ReferenceScheme.IACHR_MEASURE, f"PM {int(match['count'])}-{year % 100:02}")


def _resolution(match: re.Match[str], passage: Passage) -> Citation | None:
    """A resolution of the Inter-American Commission. Only those on a measure are about a case; others, on a theme."""
    year = year_of(match["year"])
    named = passage.scheme is ReferenceScheme.IACHR_MEASURE
    issuer = passage.nearest(match, Issuer.IACHR, Issuer.NUMBERED_MEASURE, Issuer.ELSEWHERE, Issuer.ACHPR, Issuer.COE)
    if year is None or not (named or issuer in {Issuer.IACHR, Issuer.NUMBERED_MEASURE}):
        return None
    on_measure = named or passage.nearest(match, Issuer.MEASURE, Issuer.NUMBERED_MEASURE) is not None
    key = f"IACHR RESOLUTION {int(match['count'])}/{year}"
    return Citation(ReferenceScheme.IACHR_MEASURE, key, None, on_measure)


def _petition(match: re.Match[str], passage: Passage) -> Citation | None:
    year = year_of(match["year"])
    if year is None or passage.nearest(match, Issuer.IACHR, Issuer.ELSEWHERE) is not Issuer.IACHR:
        return None
    return Citation(ReferenceScheme.COURT, f"IACHR PETITION {int(match['count'])}-{year % 100:02}")


def _inter_american_case(match: re.Match[str], passage: Passage) -> Citation | None:
    if passage.nearest(match, Issuer.IACHR, Issuer.IACTHR, Issuer.ELSEWHERE) in {None, Issuer.ELSEWHERE}:
        return None
    return Citation(ReferenceScheme.COURT, f"IACHR CASE {match['thousands']}.{match['rest']}")


def _application(match: re.Match[str], passage: Passage) -> Citation | None:
    """An application to Strasbourg (``12345/20``) or to Arusha (``001/2017``); national courts have them as well."""
    year = year_of(match["year"])
    issuer = passage.nearest(match, Issuer.ECTHR, Issuer.AFRICAN_COURT, Issuer.ELSEWHERE)
    if issuer is None and len(match["year"]) == _SHORT < len(match["count"]):
        issuer = Issuer.ECTHR
    if year is None or issuer not in {Issuer.ECTHR, Issuer.AFRICAN_COURT}:
        return None
    if issuer is Issuer.AFRICAN_COURT:
        return Citation(ReferenceScheme.COURT, f"AFCHPR {int(match['count']):03}/{year}")
    return Citation(ReferenceScheme.COURT, f"ECTHR {int(match['count'])}/{year % 100:02}")


def _judgment(match: re.Match[str], _: Passage) -> Citation:
    """A judgment of the Inter-American Court is quoted as law far more often than as this case."""
    return Citation(ReferenceScheme.COURT, f"SERIES C {int(match['count'])}", None, False)


def _african_communication(match: re.Match[str], passage: Passage) -> Citation | None:
    """``Communication 275/03`` of the African Commission; treaty bodies of the UN write four digits of the year."""
    year = year_of(match["year"])
    named = passage.scheme is ReferenceScheme.ACHPR
    issuer = Issuer.ACHPR if named else passage.nearest(match, *_COMMUNICATIONS)
    if year is None or issuer not in {None, Issuer.ACHPR}:
        return None
    if issuer is None and (len(match["year"]) != _SHORT or len(match["count"].lstrip("0")) <= _SHORT):
        return None
    return Citation(ReferenceScheme.ACHPR, f"ACHPR {int(match['count'])}/{year % 100:02}")


_COMMUNICATIONS = (Issuer.ACHPR, Issuer.CCPR, Issuer.CAT, Issuer.CED, Issuer.CEDAW, Issuer.ELSEWHERE)


def _african_resolution(match: re.Match[str], _: Passage) -> Citation:
    return Citation(ReferenceScheme.ACHPR, f"ACHPR/RES.{int(match['count'])}", None, False)


def _alert(match: re.Match[str], passage: Passage) -> Citation | None:
    """The key of an alert of the Platform for the Safety of Journalists, in an address or in words."""
    if not match["address"] and (_DAY.fullmatch(match["key"]) or not _of_the_platform(match, passage)):
        return None
    return Citation(ReferenceScheme.COE_PLATFORM, f"alertPK={int(match['key'])}")


def _numbered_alert(match: re.Match[str], passage: Passage) -> Citation | None:
    year = year_of(match["year"])
    if year is None or not _of_the_platform(match, passage):
        return None
    return Citation(ReferenceScheme.COE_PLATFORM, f"COE ALERT {int(match['count'])}/{year}")


def _of_the_platform(match: re.Match[str], passage: Passage) -> bool:
    return passage.scheme is ReferenceScheme.COE_PLATFORM or passage.nearest(match, Issuer.COE) is not None


_MEASURES = (
    r"(?:PM|MC|PRECAUTIONARY MEASURES?|MESURES? CONSERVATOIRES?|MESURES? DE PRECAUTION|MEDIDAS? CAUTELAR(?:ES)?)"
    r"(?: ?\((?:PM|MC)\))?"
)
_ALERTS = r"(?:ALERTS?|ALERTES?|ALERTAS?)"
_COUNT = r"(?P<count>[0-9]{1,4})"

FORMS: tuple[Form, ...] = (
    form(rf"{_MEASURES}[ .:,/-]{{0,2}}{NUMBER}{_COUNT}[/-]{ANY_YEAR}", _measure),
    form(rf"(?:RESOLUTION|RESOLUCION|RES)[ .:]{{0,2}}{NUMBER}{_COUNT}[/-]{ANY_YEAR}", _resolution),
    form(rf"(?:PETITION[ :]{{0,2}}|PETICION[ :]{{0,2}}|P-){NUMBER}{_COUNT}[/-]{ANY_YEAR}", _petition),
    form(
        rf"(?:CASE|CASO|CAS|AFFAIRE)[ .:]{{0,2}}{NUMBER}(?P<thousands>1[0-5])[.,](?P<rest>[0-9]{{3}})",
        _inter_american_case,
    ),
    form(
        r"(?:APPLICATIONS?|APP|APPL|APPNO|REQUETES?|DEMANDAS?|ECT?HR|CEDH|TEDH|AFCHPR)[ .:,=\[\"'(]{0,4}"
        rf"{NUMBER}(?P<count>[0-9]{{1,5}})/{ANY_YEAR}",
        _application,
    ),
    form(rf"SERIES? C,? {NUMBER}(?P<count>[0-9]{{1,3}})", _judgment),
    form(
        r"(?:COMMUNICATION|COMM|COMUNICACION|ACHPR|CADHP)(?: (?:ACHPR|CADHP))?[ .:,/(]{0,2}"
        rf"{NUMBER}(?P<count>[0-9]{{1,3}})/{ANY_YEAR}",
        _african_communication,
    ),
    form(r"(?:ACHPR|CADHP)[/ ]{1,2}RES[ ./]{0,2}(?P<count>[0-9]{1,4})", _african_resolution),
    form(r"(?P<address>ALERTPK=|COE\.INT/[A-Z]{2}/ALERTE?/DETAIL/)(?P<key>[0-9]{5,10})", _alert),
    form(rf"(?P<address>(?!))?{_ALERTS}[ .:,(]{{0,2}}{NUMBER}(?P<key>[0-9]{{5,10}})", _alert),
    form(rf"(?:COE )?{_ALERTS}[ .:,(]{{0,2}}{NUMBER}(?P<count>[0-9]{{1,4}})/(?P<year>{YEAR})", _numbered_alert),
)
