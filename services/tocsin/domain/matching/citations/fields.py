"""Numbers in the fields made for them: the scheme is known, so the bare number is enough."""

import re

from tocsin.domain.matching.citations.passage import Citation, Passage
from tocsin.domain.matching.citations.quotations import quoted_in
from tocsin.domain.matching.citations.related import unrelated
from tocsin.domain.matching.citations.typography import plain
from tocsin_schemas.reports import Reference, Report
from tocsin_schemas.vocabulary import ReferenceScheme

_HEADS: dict[ReferenceScheme, tuple[str, ...]] = {
    ReferenceScheme.WGAD_OPINION: ("Opinion ", "WGAD/"),
    ReferenceScheme.IACHR_MEASURE: ("PM ",),
    ReferenceScheme.ACHPR: ("Communication ",),
    ReferenceScheme.OBSERVATORY: ("OBS ",),
    ReferenceScheme.AMNESTY: ("UA ",),
    ReferenceScheme.COE_PLATFORM: ("alert ",),
}
"""What people leave out when the field has said it."""
_NUMBERING = frozenset(
    {
        ReferenceScheme.WGAD_OPINION,
        ReferenceScheme.IACHR_MEASURE,
        ReferenceScheme.OBSERVATORY,
        ReferenceScheme.AMNESTY,
        ReferenceScheme.COE_PLATFORM,
    }
)
_NOISE = re.compile(r"[^A-Z0-9]+")
_SHORTEST = 4
_PREFIXED_LETTER = re.compile(r"J?(?:UA|AL)[ ./:(-]{1,3}[A-Z]{3}[^A-Z]")
_AMNESTY = frozenset({"AI", "AMNESTY"})
_UNITED_NATIONS = frozenset({"UN", "OHCHR"})


def citations_of(reference: Reference, state: str | None) -> list[Citation]:
    """The numbers in a reference, those of its own scheme first; or the whole of it, cleaned, if none can be read."""
    key = _NOISE.sub("", plain(reference.value).upper())
    heads = ("", *_heads(reference, state))
    for text in (head + value for value in (reference.value, key) for head in heads):
        passage = Passage(text, reference.scheme, state)
        if quotations := quoted_in(passage):
            found = [q.citation for q in unrelated(passage, quotations)]
            return sorted(found, key=lambda c: c.scheme is not reference.scheme)
    return _unread(reference, key)


def own_citations(report: Report) -> list[Citation]:
    """The publisher's own number, if it is one of a known procedure.

    Many publishers number by State and year, or call their appeals UA; only the UN's and Amnesty's own are read so.
    """
    publisher = set(report.publisher.upper().split("-"))
    passage = Passage(report.publisher_reference)
    theirs: set[ReferenceScheme] = set()
    if not (publisher & _UNITED_NATIONS or _PREFIXED_LETTER.search(passage.text)):
        theirs.add(ReferenceScheme.UN_COMMUNICATION)
    if not publisher & _AMNESTY:
        theirs.add(ReferenceScheme.AMNESTY)
    return [q.citation for q in quoted_in(passage) if q.citation.scheme not in theirs]


def _heads(reference: Reference, state: str | None) -> tuple[str, ...]:
    if reference.scheme is ReferenceScheme.COURT and reference.mechanism:
        return (reference.mechanism + " ",)
    if reference.scheme is ReferenceScheme.UN_COMMUNICATION and state:
        return (f"AL {state} ",)
    return _HEADS.get(reference.scheme, ())


def _unread(reference: Reference, key: str) -> list[Citation]:
    """The cleaned text. It identifies a case only if it is one word of letters and digits, in a scheme that numbers
    cases: a court, a document, a date or a remark covers many.
    """
    if len(key) < _SHORTEST or not any(c.isdigit() for c in key):
        return []
    is_one_word = " " not in plain(reference.value) and any(c.isalpha() for c in key)
    return [Citation(reference.scheme, key, None, reference.scheme in _NUMBERING and is_one_word)]
