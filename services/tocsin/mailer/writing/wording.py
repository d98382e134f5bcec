"""What a letter says, in words: why it comes, what is known, who has acted, what is expected."""

from collections.abc import Iterable, Mapping

from tocsin.knowledge.countries import country_name
from tocsin.knowledge.load import LANGUAGES
from tocsin.knowledge.load import labels as known_labels
from tocsin.mailer.writing.letters import Act, Letter
from tocsin.runtime.catalogues import FALLBACK, Words
from tocsin.runtime.isolates import Said
from tocsin_schemas.alerts import DisclosureLevel, EscalationCause, UpdateCause
from tocsin_schemas.deliveries import MailKind

_ACTS: dict[str, bool] = {UpdateCause.ACTION_PLANNED: True, UpdateCause.ACTION_TAKEN: False}
"""Causes that speak of an action, and whether it is only planned."""
_WAITING = {MailKind.ESCALATION: "intro.unanswered", MailKind.REMINDER: "intro.reminder"}
"""Kinds that say since when an answer is missing."""
_PASSED_ON = frozenset(EscalationCause) - {EscalationCause.UNANSWERED}
"""Causes of an escalation that do not say that nobody has answered."""


def title(letter: Letter, words: Words) -> Said:
    """What kind of mail it is. Of an escalation, that nobody has answered, unless it comes for another reason."""
    return words("title.alert" if _is_passed_on(letter) else f"title.{letter.delivery.kind}")


def intro(letter: Letter, words: Words) -> list[Said]:
    """The first lines."""
    kind = letter.delivery.kind
    if kind is MailKind.UPDATE:
        return [news(letter, words)]
    if kind is MailKind.WITHDRAWAL:
        return [words("intro.withdrawal")]
    lines = [words("intro.at_risk")]
    if _is_passed_on(letter):
        lines.insert(0, words(f"intro.{letter.delivery.update_cause}"))
    elif kind in _WAITING and letter.asked_since is not None:
        lines.insert(0, words(_WAITING[kind], since=words.instant(letter.asked_since, letter.timezone)))
    return lines


def news(letter: Letter, words: Words) -> Said:
    """What has changed. At level 0 only that something has."""
    cause = letter.delivery.update_cause
    if letter.level is DisclosureLevel.L0 or cause is None:
        return words("news.something")
    if cause in _ACTS:
        acts = [act for act in letter.acted if act.planned is _ACTS[cause]]
        if len(acts) == 1:  # among several nothing tells which is the new one; they are listed further down
            action = labelled("actions", acts[0].action, words)
            return words(f"news.{cause}_by", mechanism=_actors(acts[0], words), action=action)
    return words(f"news.{cause}")


def expected(letter: Letter, words: Words) -> Said:
    """What the reader is asked to do, and by when."""
    if letter.delivery.kind is MailKind.WITHDRAWAL:
        return words("expected.withdrawal")
    if letter.terms.reply_by is not None:
        return words("expected.by", deadline=words.instant(letter.terms.reply_by, letter.timezone))
    return words("expected.update" if letter.delivery.kind is MailKind.UPDATE else "expected.undated")


def rows(letter: Letter, words: Words) -> list[tuple[Said, Said]]:
    """What is known, by label. Each report adds only those facts that may be shown of it."""
    facts = [basis.facts for basis in letter.rests_on]
    codes = once(s for fact in facts for s in (fact.country, *fact.further_states))
    violations = [labelled("violations", code, words) for code in once(v for fact in facts for v in fact.violations)]
    reporters = len({basis.publisher for basis in letter.rests_on if basis.fields})
    found = [
        ("mail.violations", words.listed(violations)),
        ("mail.states" if len(codes) > 1 else "mail.state", words.listed([country(code, words) for code in codes])),
        ("mail.date", words.dates(once(fact.date for fact in facts))),
        ("mail.expected_on", words.dates(once(fact.expected_on for fact in facts))),
        ("mail.next_hearing", words.dates(once(fact.next_hearing for fact in facts))),
        ("mail.reported_by", words.many("mail.mechanisms", reporters)),
    ]
    return [(words(label), value) for label, value in found if value]


def acted(letter: Letter, words: Words) -> list[Said]:
    """Who has acted already, or plans to, one line for each; or that nobody is known to have."""
    return [_acted(act, words) for act in letter.acted] or [words("acted.nobody")]


def why(letter: Letter, words: Words) -> Said:
    """Why this reader."""
    if letter.mandate is None:
        return words("why.undisclosed")
    mandate = name_of(letter.mandate.name, words) if letter.mandate.name else words.foreign(letter.mandate.key)
    if letter.rule in known_labels(words.language)["rules"]:
        return words("why.by_rule", mandate=mandate, reason=labelled("rules", letter.rule, words))
    return words("why.generic", mandate=mandate)


def name_of(names: Mapping[str, str], words: Words) -> Said:
    """A name in the reader's language, or in English, and then marked as such."""
    language = words.language if names.get(words.language) else FALLBACK
    return words.foreign(names.get(language, ""), language)


def labelled(kind: str, code: str, words: Words) -> Said:
    """The word for a code of the knowledge; the code itself where there is none."""
    text = known_labels(words.language).get(kind, {}).get(code)
    return words.foreign(text or code, words.language if words.language in LANGUAGES else FALLBACK)


def country(code: str, words: Words) -> Said:
    """The name of a State or territory."""
    return words.foreign(country_name(code, words.language))


def once(values: Iterable[str | None]) -> list[str]:
    """Each value once, in order; what is hidden adds nothing."""
    return list(dict.fromkeys(value for value in values if value))


def _is_passed_on(letter: Letter) -> bool:
    return letter.delivery.kind is MailKind.ESCALATION and letter.delivery.update_cause in _PASSED_ON


def _acted(act: Act, words: Words) -> Said:
    key, facts = f"acted.{'planned' if act.planned else 'taken'}", {}
    if act.on is not None:
        key, facts = f"{key}_on", {"date": words.day(act.on)}
    line = words(key, mechanism=_actors(act, words), action=labelled("actions", act.action, words), **facts)
    if act.replied is None:
        return line
    return words("acted.replied" if act.replied else "acted.unreplied", act=line)


def _actors(act: Act, words: Words) -> Said:
    return words.listed([name_of(names, words) for names in act.mechanisms])
