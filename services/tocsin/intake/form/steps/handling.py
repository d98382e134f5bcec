"""How the report may be handled (TLP 2.0; PAP), and how sure its publisher is (CAP 1.2; Admiralty scale)."""

from tocsin.intake.form.questions import Kind, Part, Question, Step
from tocsin.intake.form.steps.lists import one, pick, several, ticks
from tocsin_schemas.vocabulary import Certainty, Pap, Reliability, Tlp

TLP = "handling.tlp"
CONFIDENTIAL = (
    "/alleged_victims/0/names",
    "/alleged_victims/0/health",
    "/alleged_victims/0/organisations",
    "/alleged_victims/0/occupations",
    "/violation/place",
    "/violation/authorities",
    "/narratives",
    "/detention",
    "/reprisal",
    "/risk",
)
"""A mark on one person counts for all (``deploy/consent.md``, rule 9)."""
_MARKS = Part("marks", (one("tlp", Tlp, "tlp"), pick("pap", Pap, "pap"), *ticks("chatham_house")), at="handling")
_TIMES = Part("times", (Question("embargo_until", Kind.END), Question("retention_until", Kind.DAY)), at="handling")
_HIDDEN = Part("hidden", (several("confidential_fields", CONFIDENTIAL, "hidden"),), at="handling")
_SURE = Part(
    "sure",
    (
        one("certainty", Certainty, "certainties"),
        Question("independent_sources", Kind.NUMBER),
        pick("source_reliability", Reliability, "reliability"),
        Question("verified_by"),
        Question("verified_on", Kind.DAY),
    ),
    at="verification",
)
STEP = Step("handling", (_SURE, _MARKS, _HIDDEN, _TIMES))
