"""Who reports (SR HRD form, part C; WGAD questionnaire, part VI): the special procedures take nothing anonymous."""

from tocsin.intake.form.questions import Kind, Part, Question, Step
from tocsin.intake.form.steps.lists import LANGUAGES, country, one, prose
from tocsin_schemas.vocabulary import SourceRelation

_REPORT = Part(
    "report",
    (
        Question("publisher_reference", required=True),
        Question("received_at", Kind.START, required=True),
        Question("language", Kind.PICK, LANGUAGES, "language", required=True),
    ),
)
_SOURCE = Part(
    "source",
    (
        one("relation", SourceRelation, "relation", required=True),
        Question("name"),
        Question("organisation"),
        prose("contact", rows=3),
        country("country"),
    ),
    at="source",
)
STEP = Step("source", (_SOURCE, _REPORT))
