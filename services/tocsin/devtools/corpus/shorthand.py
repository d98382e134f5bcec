"""The shorthand of the sample's YAML, written out as letters.

A case has ``facts`` that its reports share; each report adds its own (objects are merged, lists replaced):
``from``, ``ref``, ``lang``, ``text``, ``names`` (script and name of the first victim), ``day``, ``consent`` (``open``,
``refused`` or a list), ``repeat`` (how often it is published again), ``withdraw``, and any field of the contract.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.devtools.corpus.letters import WRITTEN_AT, Letter, Outcome, write

_WORDS = {"from", "ref", "lang", "text", "names", "day", "consent", "repeat", "refused", "withdraw"}


def letters_of(case: Mapping[str, Any]) -> Iterator[Letter]:
    """Every letter about one case, in the order in which they are published."""
    for entry in case["reports"]:
        note = f"{case['id']}: {case['note']}"
        letter = _withdrawal(entry, note) if "withdraw" in entry else _report(case["facts"], entry, note)
        yield letter
        for _ in range(entry.get("repeat", 0)):
            yield letter.again()


def _withdrawal(entry: Mapping[str, Any], note: str) -> Letter:
    content = {
        "publisher": entry["from"],
        "publisher_reference": entry["ref"],
        **entry["withdraw"],
        "withdrawn_at": WRITTEN_AT.isoformat(),
    }
    return write(content, note, Outcome.WITHDRAWN, "report.withdrawn")


def _report(facts: Mapping[str, Any], entry: Mapping[str, Any], note: str) -> Letter:
    own = {name: value for name, value in entry.items() if name not in _WORDS}
    content = merged(merged(_common(entry), facts), own)
    if "day" in entry:
        content = merged(content, {"violation": {"date": entry["day"]}})
    if "names" in entry:
        first, *others = content["alleged_victims"]
        content["alleged_victims"] = [{**first, "names": [*map(_name, entry["names"])]}, *others]
    if content.get("revision", 1) > 1:
        return write(content, note, Outcome.CORRECTED, "report.corrected")
    letter = write(content, note)
    return letter.refused(entry["refused"]) if "refused" in entry else letter


def _common(entry: Mapping[str, Any]) -> dict[str, Any]:
    publisher = entry["from"]
    return {
        "publisher": publisher,
        "publisher_reference": entry["ref"],
        "language": entry["lang"],
        "received_at": WRITTEN_AT.isoformat(),
        "source": {
            "relation": "organisation",
            "organisation": "A partner organisation",
            "contact": f"desk@{publisher.lower()}.example",
        },
        "consent": _consent(entry.get("consent", "open")),
        "verification": {"certainty": "likely", "independent_sources": 1},
        "narratives": [{"language": entry["lang"], "text": entry["text"]}],
    }


def _consent(word: Any) -> list[dict[str, Any]]:
    if isinstance(word, list):
        return word
    status = {"open": "granted", "refused": "refused"}[word]
    return [
        {"recipient": recipient, "purpose": purpose, "status": status, "informed": True}
        for recipient in ("all_mechanisms", "ngos")
        for purpose in ("alert", "share")
    ]


def _name(given: Mapping[str, str]) -> dict[str, str]:
    ((script, value),) = given.items()
    return {"value": value, "script": script}


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with ``over`` laid on it: objects are merged, everything else is replaced."""
    result = dict(base)
    for name, value in over.items():
        below = result.get(name)
        result[name] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return result
