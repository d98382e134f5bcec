"""Case numbers: the cheapest proof that two reports speak of one case (research: domain §1.5)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tocsin.domain.matching.citations.fields import citations_of, own_citations
from tocsin.domain.matching.citations.observatory import without_year
from tocsin.domain.matching.citations.passage import Citation, Passage
from tocsin.domain.matching.citations.prose import cooperation_of, prose_of
from tocsin.domain.matching.citations.quotations import quoted_in
from tocsin.domain.matching.citations.related import unrelated
from tocsin.domain.matching.citations.series import series_of
from tocsin_schemas.reports import Reference, Report


@dataclass(frozen=True, slots=True, order=True)
class CaseNumber:
    """A number that some procedure gave to a case, in its canonical form.

    scheme: the issuing procedure, for example ``wgad_opinion``. key: the same for every way to write the number.
    update: which update of that case, if the text says so. identifies: False for a number that covers many cases.
    """

    scheme: str
    key: str
    update: int | None = field(default=None, compare=False)
    identifies: bool = field(default=True, compare=False)


class Agreement(StrEnum):
    """SAME: they share a number. CONFLICT: one procedure numbered them apart. MIXED: both, so a person decides."""

    SAME = "same"
    CONFLICT = "conflict"
    MIXED = "mixed"
    NONE = "none"


def references_in(text: str, state: str | None = None) -> tuple[CaseNumber, ...]:
    """Every case number quoted in a text, in English, French or Spanish, sorted and without repeats.

    state: ISO 3166-1 alpha-3 code of the State that the text is about; it completes ``AL 4/2026``.
    """
    return _case_numbers(q.citation for q in quoted_in(Passage(text, state=state)))


def canonical(reference: Reference, state: str | None = None) -> CaseNumber | None:
    """The number in a field for numbers, whose scheme explains a bare ``22/2020``; None if there is none.

    What cannot be read gives its letters and digits. That identifies a case only if it is a single word in a scheme
    that numbers nothing but cases; the name of a court or a document never does.
    """
    found = citations_of(reference, state)
    return _case_number(found[0]) if found else None


def references_of(report: Report) -> tuple[CaseNumber, ...]:
    """Every case number that the report quotes, in its fields or its narratives, sorted.

    A number that the report gives as an earlier event's, or that its words ascribe to another case, is left out,
    unless a field names it as this case's. An Observatory number stands there without its year as well, so that it
    meets those quoted so.
    """
    state = None if report.violation.further_states else report.violation.country
    quoted, related = _quoted(prose_of(report), state)
    cooperation, related_too = _quoted(cooperation_of(report), state)
    earlier, earlier_still = _quoted(
        report.accountability.prior_event_references if report.accountability else [], state
    )
    elsewhere = related | related_too | earlier_still | set(map(_name, earlier))
    prose = [*quoted, *(c._replace(identifies=False) for c in cooperation)]
    found = [c for reference in report.references for c in citations_of(reference, state)]
    found += [*own_citations(report), *(c for c in prose if _name(c) not in elsewhere)]
    return _case_numbers([*found, *filter(None, map(without_year, found))])


def agreement(ours: Iterable[CaseNumber], theirs: Iterable[CaseNumber]) -> Agreement:
    """What the numbers of two reports say of them; only numbers that identify a case count. Symmetric.

    A series that shares one number does not conflict over the others: a case may be numbered more than once.
    """
    left, right = ({n for n in numbers if n.identifies} for numbers in (ours, theirs))
    apart = _in_series(left), _in_series(right)
    conflict = any(apart[0][series].isdisjoint(apart[1][series]) for series in apart[0].keys() & apart[1].keys())
    if left & right:
        return Agreement.MIXED if conflict else Agreement.SAME
    return Agreement.CONFLICT if conflict else Agreement.NONE


def _in_series(numbers: Iterable[CaseNumber]) -> Mapping[str, set[CaseNumber]]:
    found: dict[str, set[CaseNumber]] = defaultdict(set)
    for number in numbers:
        if (series := series_of(number.scheme, number.key)) is not None:
            found[series].add(number)
    return found


def _quoted(texts: Iterable[str], state: str | None) -> tuple[list[Citation], set[tuple[str, str]]]:
    """The numbers in some texts, and those of them that any of the texts ascribes to another case."""
    quoted: list[Citation] = []
    elsewhere: set[tuple[str, str]] = set()
    for text in texts:
        passage = Passage(text, state=state)
        quotations = quoted_in(passage)
        ours = set(unrelated(passage, quotations))
        quoted += [q.citation for q in ours]
        elsewhere |= {_name(q.citation) for q in quotations if q not in ours}
    return quoted, elsewhere


def _name(citation: Citation) -> tuple[str, str]:
    return citation.scheme, citation.key


def _case_numbers(citations: Iterable[Citation]) -> tuple[CaseNumber, ...]:
    """Sorted; of repeats the latest update and the stronger claim are kept."""
    merged: dict[tuple[str, str], Citation] = {}
    for c in citations:
        known = merged.get(_name(c), c)
        update = max((u for u in (known.update, c.update) if u is not None), default=None)
        merged[_name(c)] = c._replace(update=update, identifies=known.identifies or c.identifies)
    return tuple(sorted(map(_case_number, merged.values())))


def _case_number(citation: Citation) -> CaseNumber:
    return CaseNumber(str(citation.scheme), citation.key, citation.update, citation.identifies)
