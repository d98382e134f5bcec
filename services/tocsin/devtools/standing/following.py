"""What came of it: actions, replies of States, recommendations, mail that came in, and what people decided of cases."""

from datetime import timedelta

from tocsin.devtools.standing.cases import Made
from tocsin.devtools.standing.rows import Rows
from tocsin.devtools.standing.scale import YEARS, Dice, Scale
from tocsin.devtools.standing.telling import Raised
from tocsin.store.tables import actions, case_decisions, given_answers, inbound_mails, recommendations, replies
from tocsin_schemas.vocabulary import ReplyQuality

_KINDS = ("urgent_appeal", "allegation_letter", "press_statement", "country_visit", "quiet_diplomacy", "public_appeal")
_QUALITIES = [quality.value for quality in ReplyQuality]
_MAILS = ("reply", "out_of_office", "unknown", "delivery_status")


def follow(scale: Scale, dice: Dice, rows: Rows, made: list[Made], raised: list[Raised]) -> None:
    for alert in dice.random.sample(raised, min(len(raised), scale.part(30_000))):
        _act(dice, rows, alert)
    for alert in dice.random.sample(raised, min(len(raised), scale.part(8_000))):
        _wrote(dice, rows, alert)
    for _ in range(scale.part(5_000)):
        _recommend(dice, rows, dice.random.choice(made))
    for case in dice.random.sample(made, scale.part(400)):
        _decide(dice, rows, case)


def _act(dice: Dice, rows: Rows, alert: Raised) -> None:
    case, action_id = alert.case, dice.ident()
    at, kind = dice.after(alert.raised_at, timedelta(days=40)), dice.random.choice(_KINDS)
    planned, due = dice.chance(0.1), at + timedelta(days=60)
    answered = not planned and kind.endswith(("appeal", "letter")) and dice.chance(0.4)
    rows.add(
        actions,
        action_id=action_id,
        state="planned" if planned else "answered" if answered else "taken",
        mechanism=alert.mechanism,
        action=kind,
        signatories=[alert.mandate, "UN-SRHRD"] if dice.chance(0.3) else [],
        named=[],
        states=[case.country],
        case_id=case.case_id if not dice.chance(0.01) else None,
        planned_for=at.date().isoformat() if planned else None,
        taken_on=None if planned else at.date().isoformat(),
        reply_due=due.date().isoformat() if "letter" in kind else None,
        embargo_until=due if "letter" in kind else None,
        recorded_at=at,
        received_at=at,
    )
    if answered:
        on = dice.after(at, timedelta(days=80))
        told = {"action_id": action_id, "reference_key": dice.ident(), "case_id": case.case_id, "country": case.country}
        quality = {"quality": dice.random.choice(_QUALITIES), "replied_on": on.date().isoformat()}
        rows.add(replies, reply_id=dice.ident(), **told, **quality, received_at=on)


def _wrote(dice: Dice, rows: Rows, alert: Raised) -> None:
    at, delivery = dice.after(alert.raised_at, timedelta(days=3)), alert.mails[0] if alert.mails else (None, None)
    handled = dice.after(at, timedelta(days=2)) if dice.chance(0.95) else None
    rows.add(
        inbound_mails,
        inbound_id=dice.ident(),
        digest=dice.ident(),
        kind=dice.random.choice(_MAILS),
        is_genuine=dice.chance(0.9),
        delivery_id=delivery[0],
        alert_id=alert.alert_id,
        case_id=alert.case.case_id,
        recipient_id=delivery[1],
        received_at=at,
        handled_by="duty-officer-1" if handled else None,
        handled_at=handled,
    )
    if delivery[1] is not None:
        answer = {"answer": "acknowledged", "given_at": at, "outcome": "noted"}
        rows.add(given_answers, answer_id=dice.ident(), alert_id=alert.alert_id, recipient_id=delivery[1], **answer)


def _recommend(dice: Dice, rows: Rows, case: Made) -> None:
    made = dice.after(dice.now - YEARS, YEARS)
    settled = made + timedelta(days=200) if dice.chance(0.3) else None
    rows.add(
        recommendations,
        recommendation_id=dice.ident(),
        mechanism=dice.random.choice(("UN-SP", "ACHPR", "IACHR", "COE-CHR")),
        country=case.country,
        case_id=case.case_id,
        themes=[],
        made_on=made.date().isoformat(),
        due_on=(made + timedelta(days=365)).date().isoformat(),
        received_at=made,
        settled_at=settled,
        settled_by="duty-officer-1" if settled else None,
    )


def _decide(dice: Dice, rows: Rows, case: Made) -> None:
    at = dice.after(case.opened_at, timedelta(days=90))
    what = {"kind": "label", "value": "emblematic", "reason": "three mechanisms ask for it"}
    rows.add(case_decisions, case_id=case.case_id, **what, decided_by="reviewer-1", decided_at=at)
