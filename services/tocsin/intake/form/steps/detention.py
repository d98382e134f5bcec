"""Arrest and detention (WGAD model questionnaire, Fact Sheet 26, annex V, parts II to IV; WGEID form, items 3 to 5)."""

from tocsin.intake.form.questions import Kind, Part, Question, Step
from tocsin.intake.form.steps.lists import AUTHORITIES, date, one, pick, prose, several, ticks
from tocsin_schemas.vocabulary import WgadCategory

ASKS = "asks.detention"
"""Whether anybody was detained: without that, nothing of this page is sent."""
_ASKS = Part("detained", (one(ASKS, ("yes", "no"), "yes_no"),))
_ARREST = Part(
    "arrest",
    (
        date("arrested_on"),
        pick("arresting_authority", AUTHORITIES, "authority"),
        Question("warrant_shown", Kind.THREE),
        prose("stated_reason", rows=3),
        Question("law_cited"),
        Question("charges", Kind.LINES, rows=3),
        *ticks("terrorism_charge"),
    ),
    at="detention",
)
_CUSTODY = Part(
    "custody",
    (Question("place"), pick("authority", AUTHORITIES, "authority"), date("since"), date("until")),
    at="detention.custodies",
    most=10,
)
_CONDITIONS = Part(
    "conditions",
    (
        Question("whereabouts_known", Kind.THREE),
        *ticks("capture_denied"),
        prose("steps_to_locate", rows=3),
        Question("lawyer_access", Kind.THREE),
        Question("family_access", Kind.THREE),
        prose("treatment"),
    ),
    at="detention",
)
_TRIAL = Part(
    "trial",
    (Question("court"), date("next_hearing"), Question("sentence"), date("released_on")),
    at="detention",
)
_CATEGORIES = Part("categories", (several("categories", WgadCategory, "category"),), at="detention", folds=True)
STEP = Step("detention", (_ASKS, _ARREST, _CUSTODY, _CONDITIONS, _TRIAL, _CATEGORIES))
