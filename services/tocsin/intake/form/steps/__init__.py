"""The pages of the form, in their order. Each names the form that asks for what it asks for."""

from tocsin.intake.form.questions import Asked, Step, asked_on
from tocsin.intake.form.steps import consent, detention, events, handling, persons, procedures, reprisal, source
from tocsin.store.publishing.drafts import Answers

STEPS: tuple[Step, ...] = (
    source.STEP,
    persons.STEP,
    events.STEP,
    detention.STEP,
    reprisal.STEP,
    procedures.STEP,
    consent.STEP,
    handling.STEP,
)
BY_KEY = {step.key: step for step in STEPS}
CHECK = "check"
"""The page after the last."""


def after(step: Step) -> str:
    """The key of the page that follows."""
    keys = [*BY_KEY, CHECK]
    return keys[keys.index(step.key) + 1]


def everything(answers: Answers) -> list[tuple[Step, Asked]]:
    """Every question of the form, with its page."""
    return [(step, asked) for step in STEPS for asked in asked_on(step, answers)]
