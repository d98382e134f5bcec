"""Two reports fact by fact, and what speaks for and against their being one case, in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass

from tocsin.console.operator.sentences import because
from tocsin.console.operator.words import coded, moment
from tocsin.domain.matching.account import Account, Victim
from tocsin.domain.matching.deciding import Thresholds
from tocsin.domain.matching.explanation import Explanation, Question
from tocsin.domain.matching.verdicts import Evidence, Verdict
from tocsin.resolver.explaining import Between, Told
from tocsin.runtime.catalogues import Words
from tocsin_schemas.vocabulary import Gender

ROWS = (
    "publisher",
    "number",
    "received",
    "victims",
    "group",
    "states",
    "place",
    "dates",
    "violations",
    "references",
)
"""Facts in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question with its evidence. lines: (bits, words); words of reports are quoted as they were written."""

    probability: float
    bits: float
    lines: list[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the matcher says of two reports now."""

    person: Weighed
    event: Weighed
    vetoes: list[str]
    remarks: list[str]
    score: float
    join: float
    review: float
    model_version: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged of them before. note: of the person who decided."""

    judgement_id: int
    at: str
    author: str
    by_person: bool
    verdict: str
    note: str


def side_by_side(between: Between, said: Words) -> list[tuple[str, str, str]]:
    """(fact, ours, theirs) for whatever one of the two says."""
    ours, theirs = (dict(_facts(told, said)) for told in (between.ours, between.theirs))
    rows = ((name, ours.get(name, ""), theirs.get(name, "")) for name in ROWS)
    return [row for row in rows if row[1] or row[2]]


def weighing(explained: Explanation, at: Thresholds, said: Words) -> Weighing:
    return Weighing(
        _weighed(explained.person, said),
        _weighed(explained.event, said),
        [coded(said, "veto", code) for code in explained.vetoes],
        [coded(said, "remark", code) for code in explained.remarks],
        explained.score,
        at.join,
        at.review,
        explained.model_version,
        coded(said, "verdict", explained.verdict),
    )


def judged(between: Between, said: Words) -> list[Judged]:
    """The judgements that stand, what holds first."""
    return [
        Judged(
            edge.judgement_id,
            moment(edge.created_at),
            edge.author,
            edge.by_person,
            coded(said, "verdict", Verdict(edge.verdict)),
            between.notes.get(edge.judgement_id) or "",
        )
        for edge in between.edges
    ]


def _facts(told: Told, said: Words) -> Iterator[tuple[str, str]]:
    account = told.account
    if account is None:
        yield "publisher", told.member.publisher
        yield "victims", said("review.erased")
        return
    facts = {"publisher": told.member.publisher} | dict(_told(account, said))
    for name in ROWS:
        hidden = said("review.withheld") if name in account.withheld else ""
        if name == "publisher" and hidden:
            yield name, hidden
        else:
            yield name, "\n".join(filter(None, (facts.get(name, ""), hidden)))


def _told(account: Account, said: Words) -> Iterator[tuple[str, str]]:
    yield "number", account.publisher_reference
    yield "received", moment(account.received_at) if account.received_at else ""
    yield "victims", "\n\n".join(filter(None, (_victim(victim, account, said) for victim in account.victims)))
    yield "group", account.group
    yield "states", ", ".join(account.states)
    yield "place", account.place
    yield "dates", "\n".join(f"{coded(said, 'date', role)} {date}" for role, date in account.dates)
    yield "violations", ", ".join(coded(said, "violation", code) for code in account.violations)
    yield "references", "\n".join(account.references)


def _victim(victim: Victim, account: Account, said: Words) -> str:
    born = said("review.born", year=victim.birth) if victim.birth else ""
    gender = "" if victim.gender in ("", Gender.UNDISCLOSED) else coded(said, "gender", victim.gender)
    hidden = [said(f"review.withheld_{fact}") for fact in ("birth", "gender") if fact in account.withheld]
    known = ", ".join(filter(None, (born, gender, *hidden)))
    return "\n".join(filter(None, [*victim.names, known]))


def _weighed(question: Question, said: Words) -> Weighed:
    lines = [(evidence.bits, _words(evidence, said)) for evidence in question.evidence]
    return Weighed(question.probability, question.bits, lines)


def _words(evidence: Evidence, said: Words) -> str:
    return because(said, evidence.words) if evidence.words else coded(said, "evidence", evidence.code)
