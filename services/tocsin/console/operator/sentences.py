"""Why something waits or is wrong, in the reader's language: the sentences that are kept in English, read and said."""

from collections.abc import Callable, Mapping

from tocsin.console.operator.words import coded
from tocsin.domain import asking, breaches, forms
from tocsin.domain.names.reasons import FORMS as NAMES
from tocsin.domain.routing import wording
from tocsin.runtime.catalogues import Words
from tocsin.runtime.isolates import Said

FACTS: Mapping[str, str] = {
    "action": "act",
    "altered": "altered",
    "answer": "answer",
    "came": "came",
    "channel": "channel",
    "country": "country",
    "declined": "declined",
    "due": "due",
    "label": "label",
    "list": "list",
    "mail": "mail",
    "outcome": "heard",
    "quality": "reply",
    "state": "mailed",
    "status": "status",
    "territory": "country",
    "turned": "turned",
    "unfit": "unfit",
    "why": "asked",
}
"""Facts in sentences that are codes: of which kind. The others are ids, figures and days."""
TRIGGERS: Mapping[str, str] = {
    "mandate-by-country": "country",
    "mandate-by-violation": "violation",
    "mandate-by-flag": "flag",
    "mandate-by-occupation": "occupation",
    "mandate-by-topic": "topic",
}
"""Rules whose decisions list facts of the case: of which kind."""
_QUOTES, _BECAUSE = "“", "”: "


def reason(said: Words, kind: str, text: str) -> Said:
    """Why a review was asked for. What nothing of ours has written is shown as it stands, marked as English."""
    if kind in asking.CODED:
        parts = [coded(said, asking.CODED[kind], code) for code in text.split(", ")]
        return Said(" ".join(parts)) if asking.CODED[kind] == "rule" else said.listed(parts)  # rules are sentences
    found = forms.read(asking.FORMS.get(kind, ()), text)
    return said.foreign(text, "en") if found is None else _say(said, "why", *found)


def breach(said: Words, kind: str, text: str) -> Said:
    """What the auditor says of one breach: a sentence of its kind, or a code."""
    form = breaches.FORMS.get(kind)
    facts = None if form is None else form.read(text)
    if form is not None and facts is not None:
        return _say(said, "breach", form, facts)
    return Said(coded(said, "fault", text))


def because(said: Words, text: str) -> Said:
    """Why two words of names speak for one person or not: "“ours” ~ “theirs”: why, why", or one of its other forms."""
    words, quoted, why = text.rpartition(_BECAUSE)
    if quoted and text.startswith(_QUOTES):
        return said("names.of", words=f"{words}”", why=said.listed([_of_names(said, one) for one in why.split(", ")]))
    return _of_names(said, text)


def decided(said: Words, rule: str, text: str) -> Said:
    """Why routing decided so of a mandate. rule: the decision's, which says what the codes in it are of."""
    if (both := wording.BOTH.read(text)) is not None:
        return said("routed.both", **{name: decided(said, rule, part) for name, part in both.items()})
    for form in wording.ADDED:
        if (facts := form.read(text)) is not None:
            return _say(said, "routed", form, facts | {"sentence": decided(said, rule, facts["sentence"])})
    if (found := forms.read(wording.SENTENCES, text)) is not None:
        return _say(said, "routed", *found)
    if rule in TRIGGERS:
        return said.listed([coded(said, TRIGGERS[rule], code) for code in text.split(", ")])
    return said.foreign(text, "en")


def told(said: Words) -> Mapping[str, Callable[[str, str], Said]]:
    """What templates say stored sentences with."""
    return {
        "reason": lambda kind, text: reason(said, kind, text),
        "breach": lambda kind, text: breach(said, kind, text),
        "decided": lambda rule, text: decided(said, rule, text),
    }


def _of_names(said: Words, text: str) -> Said:
    found = forms.read(NAMES, text)
    return said.foreign(text, "en") if found is None else _say(said, "names", *found)


def _say(said: Words, kind: str, form: forms.Form, facts: Mapping[str, str]) -> Said:
    return said(f"{kind}.{form.key}", **{name: _fact(said, name, value) for name, value in facts.items()})


def _fact(said: Words, name: str, value: str) -> str:
    responsible = wording.RESPONSIBLE.read(value) if name == "country" else None
    if responsible is not None:
        return _say(said, "routed", wording.RESPONSIBLE, responsible)
    return coded(said, FACTS[name], value) if name in FACTS else value
