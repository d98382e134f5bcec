"""What was judged of pairs of reports, what waits for a person, and what one has decided."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tocsin.devtools.standing.cases import Kept, Made
from tocsin.devtools.standing.rows import Rows
from tocsin.devtools.standing.scale import Dice, Scale
from tocsin.store.tables import case_links, judgements, reviews

_OTHERS = ("certainty", "reply_received", "undelivered", "unanswered", "delivery_unknown", "action_unmatched")
_MODEL = "standing-1"


def doubt(scale: Scale, dice: Dice, rows: Rows, made: list[Made], unrouted: list[Made]) -> None:
    standing = [case for case in made if case.redirects_to is None and case.reports]
    for case in standing:
        for place, report in enumerate(case.reports[1:], 1):
            other = case.reports[dice.random.randrange(place)]
            _judge(dice, rows, report, other, "duplicate", 14.0)
    for place, case in enumerate(standing[: -(scale.part(600))]):
        near = standing[place + 1 + dice.random.randrange(scale.part(600))]
        if near is not case:
            _judge(dice, rows, case.reports[0], near.reports[0], "unrelated", -9.0)
    _queue(scale, dice, rows, standing, unrouted)
    _link(scale, dice, rows, standing)


def _judge(dice: Dice, rows: Rows, one: Kept, other: Kept, verdict: str, score: float, author: str = "matcher") -> None:
    left, right = sorted((one.report_id, other.report_id))
    said = {"duplicate": "positive", "possible_duplicate": "unsure"}.get(verdict, "negative")
    rows.add(
        judgements,
        left_report_id=left,
        right_report_id=right,
        judgement=said,
        verdict=verdict,
        vetoed=False,
        score=score + dice.random.random(),
        explanation={},
        model_version=_MODEL,
        author=author,
        created_at=max(one.accepted_at, other.accepted_at),
    )


def _queue(scale: Scale, dice: Dice, rows: Rows, standing: list[Made], unrouted: list[Made]) -> None:
    """A third of what waits asks whether two cases are one; four times as much was decided before."""
    for place, (one, other) in enumerate(_pairs(dice, standing, scale.open_reviews * 2)):
        is_open = place < scale.open_reviews // 3
        _judge(dice, rows, one.reports[-1], other.reports[0], "possible_duplicate", 1.0)
        if not is_open and dice.chance(0.3):
            _judge(dice, rows, one.reports[-1], other.reports[0], "unrelated", -20.0, "reviewer-1")
        _review(dice, rows, "possible_duplicate", one, is_open, "near in name and date", other_case_id=other.case_id)
    told = unrouted or standing
    for place in range(scale.open_reviews * 2 // 3 + scale.open_reviews * 2):
        is_open = place < scale.open_reviews * 2 // 3
        kind = "unrouted" if is_open and place < len(unrouted) and place % 2 else _OTHERS[place % len(_OTHERS)]
        case = told[place % len(told)] if kind == "unrouted" else dice.random.choice(standing)
        _review(dice, rows, kind, case, is_open, "asked by a standing deployment")


def _pairs(dice: Dice, standing: list[Made], number: int) -> Iterator[tuple[Made, Made]]:
    for _ in range(number):
        one, other = dice.random.sample(standing, 2)
        yield one, other


def _review(dice: Dice, rows: Rows, kind: str, case: Made, is_open: bool, reason: str, **over: Any) -> None:
    at = dice.after(case.opened_at, timedelta(days=5))
    resolved = None if is_open else dice.after(at, timedelta(days=9))
    own = {"review_id": dice.ident(), "kind": kind, "case_id": case.case_id, "reason": reason, "created_at": at}
    rows.add(reviews, **own, **over, resolved_at=resolved, resolved_by="reviewer-1" if resolved else None)


def _link(scale: Scale, dice: Dice, rows: Rows, standing: list[Made]) -> None:
    linked = {tuple(sorted((a.case_id, b.case_id))) for a, b in _pairs(dice, standing, scale.part(1_500))}
    for one, other in sorted(linked):
        rows.add(case_links, case_id=one, other_case_id=other, kind="same_person", created_at=dice.now)
