"""The shorthand of the table's facts, written out as a report.

``state``, ``also`` (further States), ``date``, ``until``, ``ongoing``, ``acts``, ``company`` · ``works_on``,
``occupation``, ``woman``, ``child``, ``born``, ``pregnant``, ``ill``, ``care_denied``, ``defender``, ``victims``,
``group`` (its size) · ``lawyer``, ``family``, ``whereabouts``, ``capture_denied``, ``terrorism``, ``hearing`` ·
``reprisal``, ``risk``, ``impunity``, ``earlier`` · ``from``, ``certainty``, ``sources``, ``consent``, ``tlp``,
``embargo``, ``confidential``.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tocsin.devtools.golden.asking import consent_of
from tocsin_schemas.reports import Report

Facts = Mapping[str, Any]
DEFAULTS: Facts = {
    "date": "2026-11-20",
    "acts": ["arrest", "arbitrary_detention"],
    "works_on": ["anti_corruption"],
    "from": "FIELD-DESK",
    "certainty": "likely",
    "consent": "informed",
}
"""A defender against corruption, arrested yesterday; told by a partner who is no mechanism."""
_DETENTION = {
    "lawyer": "lawyer_access",
    "family": "family_access",
    "whereabouts": "whereabouts_known",
    "capture_denied": "capture_denied",
    "terrorism": "terrorism_charge",
    "hearing": "next_hearing",
}
_HEALTH = {"pregnant": "pregnant", "ill": "urgent_care_needed", "care_denied": "care_denied"}
_RISK = {"urgency": "urgency", "expected": "expected_on", "life": "to_life", "integrity": "to_integrity"}
_RISK |= {"health": "to_health", "irreparable": "irreparable"}
_OTHERS = {
    "state",
    "also",
    "until",
    "ongoing",
    "company",
    "occupation",
    "woman",
    "child",
    "born",
    "defender",
    "victims",
}
_OTHERS |= {"group", "reprisal", "risk", "impunity", "earlier", "tlp", "embargo", "sources", "confidential"}
WORDS = frozenset(DEFAULTS) | _OTHERS | set(_DETENTION) | set(_HEALTH)
"""Every word of the shorthand."""


def report_of(facts: Facts, reference: str) -> Report:
    """Write one report. Raises ValueError if the facts make no sound report, or if nobody reads one of the words."""
    if unknown := set(facts) - WORDS:
        raise ValueError(f"report {reference}: nobody reads {', '.join(sorted(unknown))}")
    known = {**DEFAULTS, **facts}
    content = {
        "publisher": known["from"],
        "publisher_reference": reference,
        "language": "en",
        "received_at": "2026-11-21T08:30:00Z",
        "violation": _violation(known),
        "source": {"relation": "organisation"},
        "consent": consent_of(known["consent"]),
        "handling": _handling(known),
        "verification": {"certainty": known["certainty"], "independent_sources": known.get("sources", 1)},
    }
    return Report.model_validate(content | dict(_parts(known)), strict=False)


def _parts(known: Facts) -> Iterator[tuple[str, Any]]:
    """What a report has only if the facts speak of it."""
    if "group" in known:
        group = {"kind": "community", "description": "Those concerned", "size_estimate": known["group"]}
        yield "group", group | {"topics": known["works_on"]}
    else:
        yield "alleged_victims", [_victim(known, n) for n in range(known.get("victims", 1))]
    if detention := _renamed(known, _DETENTION):
        yield "detention", detention
    if "reprisal" in known:
        yield "reprisal", _reprisal(known["reprisal"])
    if "risk" in known:
        yield "risk", _renamed(known["risk"], _RISK)
    if "impunity" in known or "earlier" in known:
        chain = {"status": known.get("impunity", "none"), "prior_event_references": known.get("earlier", [])}
        yield "accountability", chain


def _handling(known: Facts) -> dict[str, Any]:
    marks = _renamed(known, {"tlp": "tlp", "embargo": "embargo_until"})
    return {"confidential_fields": known.get("confidential", []), **marks}


def _violation(known: Facts) -> dict[str, Any]:
    return {
        "types": known["acts"],
        "date": _text(known["date"]),
        "end_date": _text(known.get("until")),
        "ongoing": known.get("ongoing", False),
        "country": known["state"],
        "further_states": known.get("also", []),
        "companies": ["A company"] if known.get("company") else [],
    }


def _victim(known: Facts, number: int) -> dict[str, Any]:
    return {
        "names": [{"value": f"Person {number + 1}"}],
        "birth": _text(known.get("born")),
        "gender": "woman" if known.get("woman") else "man",
        "occupations": known.get("occupation", []),
        "defender": {"topics": known["works_on"]} if known.get("defender", True) else None,
        "health": _renamed(known, _HEALTH) or None,
        "minor": known.get("child", False),
    }


def _reprisal(words: Facts) -> dict[str, Any]:
    """``strict`` names the mechanism that was cooperated with; ``broad`` is for human rights work at large."""
    cooperation = {name: words[name] for name in ("cooperation", "cooperation_status", "link") if name in words}
    strict = words.get("strict")
    return {"strict": strict is not None, "broad": words.get("broad", False), "mechanism": strict, **cooperation}


def _renamed(facts: Facts, names: Mapping[str, str]) -> dict[str, Any]:
    return {field: _text(facts[word]) for word, field in names.items() if word in facts}


def _text(value: Any) -> Any:
    """Days and times, which YAML reads as such, as the contract writes them."""
    if isinstance(value, bool | None):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
