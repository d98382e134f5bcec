"""What happened (SR HRD guidelines, E/CN.4/2002/106, annex: nature of the violation, authors, link with the work)."""

from tocsin.intake.form.questions import Kind, Part, Question, Step
from tocsin.intake.form.steps.lists import AUTHORITIES, LANGUAGES, country, date, pick, prose, several, ticks
from tocsin_schemas.vocabulary import ViolationType

_TYPES = Part("types", (several("types", ViolationType, "violations", required=True),), at="violation")
_WHEN = Part("when", (date("date", required=True), *ticks("ongoing"), date("end_date")), at="violation")
_WHERE = Part(
    "where",
    (
        country("country", required=True),
        Question("place.name"),
        Question("place.administrative_area"),
        country("further_states.0"),
        country("further_states.1"),
    ),
    at="violation",
)
_AUTHORITY = Part(
    "authority",
    (pick("kind", AUTHORITIES, "authority"), Question("name"), Question("unit"), prose("identified_by", rows=3)),
    at="violation.authorities",
    most=10,
)
_ACCOUNT = Part(
    "account",
    (prose("text", rows=12), Question("language", Kind.PICK, LANGUAGES, "language"), *ticks("translated")),
    at="narratives",
    most=4,
)
_MORE = Part(
    "more",
    (
        prose("link_to_defence_work"),
        prose("current_situation"),
        prose("means", rows=3),
        Question("companies", Kind.LINES, rows=2),
        prose("witnesses", rows=3),
    ),
    at="violation",
)
STEP = Step("events", (_TYPES, _WHEN, _WHERE, _ACCOUNT, _MORE, _AUTHORITY))
