"""Reprisals (HRC resolution 12/2; Council of Europe procedure), and risk (IACHR Rules of Procedure, art. 25)."""

from tocsin.intake.form.questions import Kind, Part, Question, Step
from tocsin.intake.form.steps.lists import FAMILIES, date, one, pick, prose, ticks
from tocsin_schemas.vocabulary import CausalLink, Cooperation, CooperationStatus, Urgency

KIND = "reprisal.kind"
"""What the two marks of the report are made from."""
_REPRISAL = Part("reprisal", (one("kind", ("strict", "broad", "both", "no"), "reprisal_kind"),), at="reprisal")
_COOPERATION = Part(
    "cooperation",
    (
        pick("mechanism", FAMILIES, "family"),
        pick("cooperation", Cooperation, "cooperation"),
        one("cooperation_status", CooperationStatus, "cooperation_status"),
        date("cooperated_on"),
        prose("known_by", rows=3),
        prose("adverse_act", rows=3),
        one("link", CausalLink, "link"),
        prose("evidence", rows=3),
    ),
    at="reprisal",
    folds=True,
)
_RISK = Part(
    "risk",
    (
        one("urgency", Urgency, "urgencies"),
        date("expected_on"),
        *ticks("to_life", "to_integrity", "to_health", "irreparable"),
        prose("gravity", rows=3),
        prose("urgency_facts", rows=3),
    ),
    at="risk",
)
_MEASURES = Part(
    "measures",
    (
        prose("irreparable_harm", rows=3),
        Question("rights_at_risk", Kind.LINES, rows=3),
        prose("protection_fails_because", rows=3),
        prose("measures_sought", rows=3),
        Question("petition_pending", Kind.THREE),
    ),
    at="risk",
    folds=True,
)
STEP = Step("reprisal", (_REPRISAL, _COOPERATION, _RISK, _MEASURES))
