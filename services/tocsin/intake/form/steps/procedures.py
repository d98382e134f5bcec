"""What was done so far (WGAD model questionnaire, part V), other procedures, evidence, and what is asked for."""

from tocsin.intake.form.questions import Kind, Part, Question, Step
from tocsin.intake.form.steps.lists import date, mechanisms, pick, prose, several
from tocsin_schemas.vocabulary import AccountabilityStatus, ActionType, EvidenceKind, ReferenceScheme

_NOT_ASKED_FOR = (ActionType.STATE_REPLY, ActionType.FOLLOW_UP, ActionType.VISIT_RECOMMENDATION)
"""Mechanisms receive or make these; nobody asks them to."""
_ACTIONS = Part(
    "actions",
    (several("actions_requested", (a for a in ActionType if a not in _NOT_ASKED_FOR), "actions"),),
)
_REFERENCE = Part(
    "reference",
    (
        Question("value"),
        pick("scheme", ReferenceScheme, "scheme"),
        pick("mechanism", mechanisms(), "mechanism"),
        Question("sent_on", Kind.DAY),
    ),
    at="references",
    most=10,
)
_STEPS = Part(
    "steps_taken",
    (
        prose("complaints"),
        pick("status", AccountabilityStatus, "accountability"),
        prose("authority_reply", rows=3),
        prose("investigations", rows=3),
        prose("protection_offered", rows=3),
        Question("remedies_exhausted", Kind.THREE),
        prose("remedies_unavailable_because", rows=3),
        Question("prior_event_references", Kind.LINES, rows=2),
    ),
    at="accountability",
)
_EVIDENCE = Part(
    "evidence",
    (
        pick("kind", EvidenceKind, "evidence_kind"),
        Question("description"),
        Question("location"),
        date("recorded_on"),
    ),
    at="evidence",
    most=10,
)
STEP = Step("procedures", (_STEPS, _REFERENCE, _EVIDENCE, _ACTIONS))
