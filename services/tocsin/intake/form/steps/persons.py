"""Whom it happened to (SR HRD form, parts A and B; WGAD model questionnaire, part I; WGEID form, items 1 and 6)."""

from tocsin.intake.form.questions import Kind, Part, Question, Step
from tocsin.intake.form.steps.lists import SCRIPTS, country, date, one, pick, prose, several, ticks
from tocsin_schemas.vocabulary import Gender, GroupKind, NameKind, Occupation, Topic, VictimStatus


def _name(number: int) -> tuple[Question, ...]:
    more = pick(f"names.{number}.kind", NameKind, "name_kind"), pick(f"names.{number}.script", SCRIPTS, "script")
    return Question(f"names.{number}.value"), *more


_OTHER_NAMES = Part("other_names", _name(1) + _name(2), folds=True)
_ABOUT = Part(
    "about",
    (
        one("gender", Gender, "gender"),
        Question("birth", Kind.DATE, by_age=True),
        *ticks("minor"),
        country("nationalities.0"),
        country("nationalities.1"),
        several("occupations", Occupation, "occupation"),
        Question("organisations.0.name"),
        Question("organisations.0.role"),
        Question("residence"),
        Question("ethnicity"),
    ),
)
_WORK = Part(
    "work",
    (
        several("defender.topics", Topic, "topic"),
        prose("defender.description"),
        Question("defender.where"),
        date("defender.since"),
        prose("defender.prior_attacks"),
        prose("defender.protection_measures", rows=3),
    ),
    folds=True,
)
_HEALTH = Part(
    "health",
    (
        one("status", VictimStatus, "victim_status"),
        prose("health.condition", rows=3),
        *ticks("health.urgent_care_needed", "health.care_denied", "health.pregnant"),
    ),
    folds=True,
)
_SEALED = Part("sealed", (prose("contact", rows=3), Question("identity_document"), prose("dependants", 3)), folds=True)
_FIRST_NAME = (Question("names.0.value", required=True), pick("names.0.script", SCRIPTS, "script"))
_VICTIM = Part(
    "victim",
    _FIRST_NAME,
    at="alleged_victims",
    most=20,
    parts=(_OTHER_NAMES, _ABOUT, _WORK, _HEALTH, _SEALED),
)
_GROUP = Part(
    "group",
    (
        one("kind", GroupKind, "group_kind"),
        prose("description"),
        Question("size_estimate", Kind.NUMBER),
        several("topics", Topic, "topic"),
    ),
    at="group",
    folds=True,
)
STEP = Step("persons", (_VICTIM, _GROUP))
