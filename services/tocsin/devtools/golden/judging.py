"""Runs a case through the router and says where the answer differs from the table, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from tocsin.devtools.golden.reading import Case, Expected
from tocsin.domain.routing.jurisdiction import Ruling, rule_on_all
from tocsin.domain.routing.routes import Routing, route
from tocsin.knowledge.load import load
from tocsin_schemas.directory import Recipient, Role

ORGANISATIONS = {
    "ACHPR": "ACHPR-",
    "OAS": "IACHR-",
    "COE": "COE-",
    "OSCE": "OSCE-",
    "EU": "EU-EEAS",
    "OIF": "OIF",
}
"""Organisation -> how the keys of its mechanisms begin. Every other mechanism is competent everywhere."""
_ABSENT = {"EU": "own-member"}
_PRESENT = {"EU": "third-country"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the router says of one case."""

    rulings: Mapping[str, Ruling]
    routing: Routing


def answer(case: Case) -> Answer:
    """Ask the router, with every mandate held by somebody."""
    rulings = rule_on_all(case.claims, load(), case.now.date())
    return Answer(rulings, route(case.claims, holders(), load(), case.now, case.standing))


@cache
def holders() -> tuple[Recipient, ...]:
    """One test holder for each mandate."""
    return tuple(_holder(mandate.key, number) for number, mandate in enumerate(load().mandates, start=1))


def differences(case: Case, given: Answer) -> list[str]:
    """Each point on which the router and the table disagree; empty if they agree."""
    return [*_of_competence(case.expected, given.rulings), *_of_routes(case.expected, given.routing)]


def _holder(mandate: str, number: int) -> Recipient:
    key = f"test-{mandate.lower()}"
    return Recipient(
        key=key, recipient_id=f"{number:032x}", mandates=[mandate], role=Role.MANDATE_HOLDER, languages=["en"]
    )


def _of_competence(expected: Expected, rulings: Mapping[str, Ruling]) -> Iterator[str]:
    if expected.competent is None:
        return
    for key, ruling in rulings.items():
        wanted = _wanted(key, expected)
        if (ruling.competent, ruling.rule) != wanted:
            yield f"{key}: {_competence(*wanted)} expected, {_competence(ruling.competent, ruling.rule)} found"


def _wanted(mechanism: str, expected: Expected) -> tuple[bool, str]:
    for organisation, beginning in ORGANISATIONS.items():
        if mechanism.startswith(beginning):
            if organisation in (expected.competent or ()):
                return True, expected.by.get(organisation, _PRESENT.get(organisation, "member-state"))
            return False, expected.otherwise.get(organisation, _ABSENT.get(organisation, "not-a-member"))
    return True, "all-states"


def _competence(competent: bool, rule: str) -> str:
    return f"{'competent' if competent else 'not competent'} ({rule})"


def _of_routes(expected: Expected, routing: Routing) -> Iterator[str]:
    told = {r.mandate: r.rule.removeprefix("mandate-").removeprefix("by-") for r in routing.routes}
    refused = {r.mandate: r.rule for r in routing.refusals}
    for mandate, rule in {**expected.told_among, **(expected.told or {})}.items():
        if told.get(mandate) != rule:
            found = told.get(mandate) or f"not told ({refused.get(mandate, 'not concerned')})"
            yield f"{mandate}: told by {rule} expected, {found} found"
    if expected.told is not None:
        yield from (f"{m}: not to be told, told by {r}" for m, r in told.items() if m not in expected.told)
    for beginning in expected.not_told:
        yield from (f"{m}: not to be told, told by {r}" for m, r in told.items() if _is_of(m, beginning))
    for mandate, rule in expected.refused.items():
        if refused.get(mandate) != rule:
            found = refused.get(mandate) or ("told" if mandate in told else "not concerned")
            yield f"{mandate}: refused as {rule} expected, {found} found"
    yield from _of_priority(expected, routing)


def _is_of(mandate: str, beginning: str) -> bool:
    """``UN`` means every mandate of the UN, ``UN-CT`` that one."""
    return mandate == beginning or mandate.startswith(f"{beginning}-")


def _of_priority(expected: Expected, routing: Routing) -> Iterator[str]:
    levels = {r.mandate: str(r.level) for r in routing.routes}
    for mandate, level in expected.levels.items():
        if levels.get(mandate) != level:
            yield f"{mandate}: level {level} expected, {levels.get(mandate)} found"
    for field in expected.not_shown:
        yield from (f"{r.mandate}: {field} not to be shown" for r in routing.routes if field in r.fields)
    if expected.priority and routing.priority != expected.priority:
        yield f"priority {expected.priority} expected, {routing.priority} found ({routing.triage_rule})"
    if expected.triage_rule and routing.triage_rule != expected.triage_rule:
        yield f"priority by {expected.triage_rule} expected, {routing.triage_rule} found"
    for reason in expected.reasons:
        if reason not in routing.reasons:
            yield f"reason {reason} expected, found only {', '.join(routing.reasons)}"
    if expected.to_a_person is not None and routing.needs_review != expected.to_a_person:
        yield f"to a person: {expected.to_a_person} expected, {routing.needs_review} found"
