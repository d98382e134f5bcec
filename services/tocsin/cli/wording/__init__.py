"""Words in which the command line explains a routing, in English and French, beside those of ``knowledge/labels``."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from tocsin.domain.routing.triage import Triage
from tocsin.knowledge.load import labels

LANGUAGES = ("en", "fr")
_AXES = ("urgency-", "severity-", "certainty-")


@cache
def words(language: str) -> Mapping[str, Any]:
    """Everything in ``language``: one of LANGUAGES."""
    return tomllib.loads((files(__package__) / f"{language}.toml").read_text(encoding="utf-8"))


def in_language(names: Mapping[str, str], language: str) -> str:
    """The name in this language, or else in English."""
    return names.get(language) or names["en"]


def explain(triage: Triage, language: str) -> str:
    """The priority, its rule and the facts behind it, in one paragraph."""
    return " ".join(sentences(triage, language))


def sentences(triage: Triage, language: str) -> Iterator[str]:
    """The same, sentence by sentence."""
    said, known = words(language), labels(language)
    form, reasons = said["explain"], set(triage.reasons)
    axes = dict(reason.split("-", 1) for reason in triage.reasons[::-1] if reason.startswith(_AXES))
    rule = known["rules"][triage.rule]
    yield form["priority"].format(priority=triage.priority, when=known["priorities"][triage.priority], rule=rule)
    cause = next((said["causes"][reason] for reason in triage.reasons if reason in said["causes"]), None)
    urgency = known["urgencies"][axes["urgency"]]
    yield form["urgency_because" if cause else "urgency"].format(urgency=urgency, cause=cause)
    yield form["severity"].format(number=axes["severity"], severity=known["severities"][axes["severity"]])
    certainty = form["certainty_raised" if "second-source" in reasons else "certainty"]
    yield certainty.format(certainty=known["certainties"][axes["certainty"]])
    aggravators = [known["aggravators"][reason] for reason in triage.reasons if reason in known["aggravators"]]
    if aggravators:
        yield form["aggravators"].format(aggravators=said["page"]["list"].join(aggravators))
    if triage.needs_review:
        yield form["review"]
