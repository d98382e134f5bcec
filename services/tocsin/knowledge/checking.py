"""Whether the dated facts fit together, and which of them no source has confirmed yet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from tocsin.knowledge.countries import country_codes
from tocsin.knowledge.load import LANGUAGES, vocabularies
from tocsin_schemas.knowledge import (
    BINDING,
    Clock,
    ClockKind,
    Code,
    Competence,
    Knowledge,
    Mandate,
    Mechanism,
    Membership,
    ReprisalForm,
    Sourced,
)
from tocsin_schemas.vocabulary import ActionType, Priority, ViolationType

_STATES = "UN"
"""The table that says which codes are States; no mechanism's competence rests on it."""


def check(knowledge: Knowledge) -> list[str]:
    """What does not fit together, in words; empty if all is well."""
    return [
        *_of_mechanisms(knowledge),
        *_of_mandates(knowledge),
        *_of_memberships(knowledge),
        *_of_territories(knowledge),
        *_of_clocks(knowledge),
    ]


def check_words(words: Mapping[str, Mapping[str, Code]]) -> list[str]:
    """As ``check``, for the vocabularies: every code in every language, and nothing else."""
    faults = []
    for kind, codes in (("violations", set(ViolationType)), ("actions", set(ActionType))):
        faults += [f"word {kind} {code}: missing, or no such code" for code in sorted(codes ^ words[kind].keys())]
    for kind, entries in words.items():
        faults += [f"word {kind} {c.code}: a language is missing" for c in entries.values() if set(c.name) != LANGUAGES]
    forms = [v for form in words["reprisals"].values() if isinstance(form, ReprisalForm) for v in form.violations]
    return faults + [f"violation {v}: in two forms of reprisal" for v in _repeated(forms)]


def unverified(knowledge: Knowledge) -> list[str]:
    """The facts that no source has confirmed yet, so that nobody mistakes them for checked ones."""
    return [name for name, _ in unverified_facts(knowledge)]


def unverified_facts(knowledge: Knowledge) -> list[tuple[str, Sourced]]:
    """As ``unverified``, each with what is said of where it comes from."""
    named: list[tuple[str, Sourced]] = [(f"mechanism {m.key}", m) for m in knowledge.mechanisms.values()]
    named += [(f"mandate {m.key}", m) for m in knowledge.mandates]
    named += [(_named(p), p) for periods in knowledge.memberships.values() for p in periods]
    named += [(f"clock {c.key}", c) for c in knowledge.clocks.values()]
    named += [(f"territory {t.code}", t) for t in knowledge.territories.values()]
    named += [(f"term {t.en}", t) for t in knowledge.glossary]
    named += [(f"word {kind} {c.code}", c) for kind, codes in vocabularies().items() for c in codes.values()]
    return [(name, fact) for name, fact in named if fact.verified_on is None]


def _of_mechanisms(knowledge: Knowledge) -> Iterator[str]:
    organisations = {organisation for organisation, _ in knowledge.memberships}
    for mechanism in knowledge.mechanisms.values():
        by_members = mechanism.competence is not Competence.ALL_STATES
        if by_members and mechanism.organisation not in organisations:
            yield f"mechanism {mechanism.key}: no memberships of {mechanism.organisation}"
        if not any(m.mechanism == mechanism.key for m in knowledge.mandates):
            yield f"mechanism {mechanism.key}: no mandate"
        if not {"en", "fr"} <= mechanism.name.keys() & mechanism.basis.keys():
            yield f"mechanism {mechanism.key}: the name or the basis is missing in English or French"
        yield from _of_reply(mechanism, knowledge.clocks)


def _of_reply(mechanism: Mechanism, clocks: Mapping[str, Clock]) -> Iterator[str]:
    if mechanism.reply_clock is None:
        return
    clock = clocks.get(mechanism.reply_clock)
    if clock is None or clock.kind is not ClockKind.REPLY:
        yield f"mechanism {mechanism.key}: no clock {mechanism.reply_clock}"
    elif clock.actions and not set(clock.actions) & set(mechanism.actions):
        yield f"mechanism {mechanism.key}: nothing that it does starts the clock {clock.key}"


def _of_mandates(knowledge: Knowledge) -> Iterator[str]:
    yield from (f"mandate {key}: listed twice" for key in _repeated(m.key for m in knowledge.mandates))
    for mandate in knowledge.mandates:
        mechanism = knowledge.mechanisms.get(mandate.mechanism)
        if mechanism is None:
            yield f"mandate {mandate.key}: no mechanism {mandate.mechanism}"
        else:
            yield from _of_reach(mandate, mechanism, knowledge)
        if not {"en", "fr"} <= mandate.name.keys():
            yield f"mandate {mandate.key}: the name is missing in English or French"
        if mandate.valid_from and mandate.valid_to and mandate.valid_to <= mandate.valid_from:
            yield f"mandate {mandate.key}: ends before it begins"


def _of_reach(mandate: Mandate, mechanism: Mechanism, knowledge: Knowledge) -> Iterator[str]:
    """A trigger that no claim can pull is as good as none."""
    subjects = (mandate.violations, mandate.topics, mandate.occupations, mandate.flags, mandate.countries)
    if not (mandate.always or any(subjects) or mandate.reprisal_mechanisms):
        yield f"mandate {mandate.key}: nothing triggers it"
    for code in mandate.countries:
        members = mechanism.competence is Competence.MEMBERS
        if code not in country_codes() or (members and not _ever_bound(str(mechanism.organisation), code, knowledge)):
            yield f"mandate {mandate.key}: its mechanism is never competent for {code}"
    families = {key.partition("-")[0] for key in knowledge.mechanisms} | knowledge.mechanisms.keys()
    for name in mandate.reprisal_mechanisms:
        if name not in families:
            yield f"mandate {mandate.key}: nobody cooperates with {name}"


def _ever_bound(organisation: str, code: str, knowledge: Knowledge) -> bool:
    return any(p.status in BINDING for p in knowledge.memberships.get((organisation, code), ()))


def _of_memberships(knowledge: Knowledge) -> Iterator[str]:
    organisations = {m.organisation for m in knowledge.mechanisms.values()} | {_STATES}
    for (organisation, country), periods in knowledge.memberships.items():
        name = f"membership {organisation} {country}"
        if country not in country_codes():
            yield f"{name}: no such country"
        if organisation not in organisations:
            yield f"{name}: no mechanism rests on it"
        for period in periods:
            if period.valid_from and period.valid_to and period.valid_to <= period.valid_from:
                yield f"{name}: ends before it begins"
        yield from (f"{name}: {fault}" for fault in _of_succession(periods))


def _of_succession(periods: Iterable[Membership]) -> Iterator[str]:
    """Periods follow one another without overlap and without a gap: who left and came back begins anew."""
    ordered = sorted(periods, key=lambda p: str(p.valid_from or ""))
    for earlier, later in pairwise(ordered):
        if later.valid_from is None or earlier.valid_to is None or later.valid_from < earlier.valid_to:
            yield "two periods overlap"
        elif later.valid_from > earlier.valid_to:
            yield "a gap between two periods"


def _of_territories(knowledge: Knowledge) -> Iterator[str]:
    """Every code that a report may use is a State or a territory, and never both."""
    states = {country for organisation, country in knowledge.memberships if organisation == _STATES}
    members = {code for code in states if _ever_bound(_STATES, code, knowledge)}
    for code in sorted(country_codes() - members - knowledge.territories.keys()):
        yield f"territory {code}: neither a member of the United Nations nor a territory"
    for code, territory in knowledge.territories.items():
        if code not in country_codes() or code in members:
            yield f"territory {code}: no such country, or a member of the United Nations"
        if territory.state is not None and territory.state not in members:
            yield f"territory {code}: {territory.state} is not a State"
        if not {"en", "fr"} <= territory.name.keys() or territory.note.keys() not in (set(), {"en", "fr"}):
            yield f"territory {code}: the name or the note is missing in English or French"


_OF_ALERTS = (ClockKind.ACKNOWLEDGEMENT, ClockKind.ESCALATION, ClockKind.REMINDER)


def _of_clocks(knowledge: Knowledge) -> Iterator[str]:
    clocks = knowledge.clocks.values()
    for priority in Priority:
        answers = [c for c in clocks if c.priority is priority and c.kind is ClockKind.ACKNOWLEDGEMENT]
        steps = [c for c in clocks if c.priority is priority and c.kind is ClockKind.ESCALATION]
        if len(answers) != 1 or len(steps) != 1:
            yield f"priority {priority}: {len(answers)} clocks for its acknowledgement and {len(steps)} for escalation"
        elif steps[0].duration >= answers[0].duration:
            yield f"priority {priority}: late before the next tier is told"
        reminders = [c.duration for c in clocks if c.priority is priority and c.kind is ClockKind.REMINDER]
        if len(reminders) > 1 or (answers and any(after >= answers[0].duration for after in reminders)):
            yield f"priority {priority}: several reminders, or one that comes late"
    for clock in clocks:
        of_alerts = clock.kind in _OF_ALERTS
        if of_alerts is (clock.priority is None):
            yield f"clock {clock.key}: the priority is missing, or one too many"
        if clock.kind is ClockKind.REPLY and all(m.reply_clock != clock.key for m in knowledge.mechanisms.values()):
            yield f"clock {clock.key}: no mechanism uses it"


def _named(period: Membership) -> str:
    return f"membership {period.organisation} {period.country}"


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
