"""What a letter says, in words: why it comes, what is known, who has acted, what is expected."""

from collections.abc import Iterable, Mapping

from tocsin.knowledge.countries import country_name
from tocsin.knowledge.load import labels as known_labels
from tocsin.mailer.letters import Act, Letter
from tocsin.mailer.phrases import Phrases
from tocsin_schemas.alerts import DisclosureLevel, UpdateCause
from tocsin_schemas.deliveries import MailKind

_ACTS = {UpdateCause.ACTION_PLANNED: True, UpdateCause.ACTION_TAKEN: False}
"""Causes that speak of an action, and whether it is only planned."""


def intro(letter: Letter, words: Phrases) -> list[str]:
    """The first lines."""
    kind, form = letter.delivery.kind, words["intro"]
    if kind is MailKind.UPDATE:
        return [news(letter, words)]
    lines = [str(form[kind.value])]
    if kind is MailKind.ESCALATION and letter.asked_since is not None:
        lines.insert(0, form["unanswered"].format(since=words.instant(letter.asked_since)))
    return lines


def news(letter: Letter, words: Phrases) -> str:
    """What has changed. At level 0 only that something has."""
    cause, form = letter.delivery.update_cause, words["news"]
    if letter.level is DisclosureLevel.L0 or cause is None:
        return str(form["something"])
    if cause in _ACTS:
        acts = [act for act in letter.acted if act.planned is _ACTS[cause]]
        if len(acts) == 1:  # among several nothing tells which is the new one; they are listed further down
            return str(form[f"{cause}_by"].format(mechanism=_actors(acts[0], words), action=_action(acts[0], words)))
    return str(form[cause.value])


def expected(letter: Letter, words: Phrases) -> str:
    """What the reader is asked to do."""
    form = words["expected"]
    if letter.delivery.kind is MailKind.WITHDRAWAL:
        return str(form["withdrawal"])
    if letter.terms.reply_by is not None:
        return str(form["by"].format(deadline=words.instant(letter.terms.reply_by)))
    return str(form["update" if letter.delivery.kind is MailKind.UPDATE else "undated"])


def rows(letter: Letter, words: Phrases) -> list[tuple[str, str]]:
    """What is known, by label. Each report adds only those facts that may be shown of it."""
    mail, labels = words["mail"], known_labels(words["language"])
    facts = [basis.facts for basis in letter.rests_on]
    violations = _once(labels["violations"].get(v, v) for fact in facts for v in fact.violations)
    codes = _once(s for fact in facts for s in (fact.country, *fact.further_states))
    reporters = len({basis.publisher for basis in letter.rests_on if basis.fields})
    found = [
        (mail["violations"], ", ".join(violations)),
        (
            mail["states" if len(codes) > 1 else "state"],
            ", ".join(country_name(code, words["language"]) for code in codes),
        ),
        (mail["date"], words.dates(_once(fact.date for fact in facts))),
        (mail["expected_on"], words.dates(_once(fact.expected_on for fact in facts))),
        (mail["next_hearing"], words.dates(_once(fact.next_hearing for fact in facts))),
        (
            mail["reported_by"],
            mail["mechanism_one"] if reporters == 1 else mail["mechanism_many"].format(count=reporters),
        ),
    ]
    return [(label, value) for label, value in found if value]


def acted(letter: Letter, words: Phrases) -> list[str]:
    """Who has acted already, or plans to, one line for each."""
    return [_acted(act, words) for act in letter.acted]


def why(letter: Letter, words: Phrases) -> str:
    """Why this reader."""
    if letter.mandate is None:
        return str(words["why"]["undisclosed"])
    name = name_of(letter.mandate.name, words) or letter.mandate.key
    reason = known_labels(words["language"])["rules"].get(letter.rule)
    return f"{name}. {reason}" if reason else str(words["why"]["generic"].format(mandate=name))


def name_of(names: Mapping[str, str], words: Phrases) -> str:
    """A name in the reader's language, or in English."""
    return str(names.get(words["language"]) or names.get("en") or "")


def _acted(act: Act, words: Phrases) -> str:
    form = words["acted"]
    state = "planned" if act.planned else "taken"
    day = "" if act.on is None else words.day(act.on)
    line = form[f"{state}_on" if day else state].format(
        mechanism=_actors(act, words), action=_action(act, words), date=day
    )
    if act.replied is None:
        return str(line)
    return f"{line} {form['replied'] if act.replied else form['unreplied']}"


def _actors(act: Act, words: Phrases) -> str:
    return ", ".join(name_of(names, words) for names in act.mechanisms)


def _action(act: Act, words: Phrases) -> str:
    return known_labels(words["language"])["actions"].get(act.action, act.action)


def _once(values: Iterable[str | None]) -> list[str]:
    """Each value once, in order; what is hidden adds nothing."""
    return list(dict.fromkeys(value for value in values if value))
