"""The Observatory for the Protection of Human Rights Defenders (FIDH, OMCT): ``DZA 002 / 0703 / OBS 064.01``.

State, number in that State, month and year, number of the Observatory in that year, update. The last number and the
year identify the case, whatever else is missing. Without the year the number comes round again, and proves nothing.
"""

import re

from tocsin.domain.matching.citations.issuers import Issuer
from tocsin.domain.matching.citations.passage import NUMBER, YEAR, Citation, Form, Passage, form, year_of
from tocsin_schemas.vocabulary import ReferenceScheme

_MONTH = re.compile(r"(?<![0-9])(?:0[1-9]|1[0-2])(?P<year>(?:19|20)?[0-9]{2})[/ .-]{1,3}$")
_DIGITS = 3


def _appeal(match: re.Match[str], passage: Passage) -> Citation | None:
    month = _MONTH.search(passage.before(match, 12))
    written = match["year"] or (month and month["year"])
    year = year_of(written) if written else None
    update = int(match["update"]) if match["update"] else None
    if year is None and not _is_explained(match, passage):
        return None
    key = f"OBS {int(match['count']):0{_DIGITS}}" + (f"/{year}" if year else "")
    return Citation(ReferenceScheme.OBSERVATORY, key, update or None, year is not None)


def without_year(citation: Citation) -> Citation | None:
    """The same number as it is often quoted, without its year; None for anything but a number with a year."""
    number, slash, _ = citation.key.partition("/")
    if citation.scheme is not ReferenceScheme.OBSERVATORY or not slash:
        return None
    return citation._replace(key=number, identifies=False)


def _is_explained(match: re.Match[str], passage: Passage) -> bool:
    """The Observatory pads its numbers; ``OBS 28.1`` is as likely to be something else."""
    named = passage.scheme is ReferenceScheme.OBSERVATORY or passage.nearest(match, Issuer.OBSERVATORY) is not None
    return named or len(match["count"]) == _DIGITS


FORMS: tuple[Form, ...] = (
    form(
        rf"OBS[ .:-]{{0,2}}{NUMBER}(?P<count>[0-9]{{1,3}})(?:\.(?P<update>[0-9]{{1,2}}))?(?:/(?P<year>{YEAR}))?",
        _appeal,
    ),
)
