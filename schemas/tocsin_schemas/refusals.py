"""What is said of a refusal to people: what is wrong and how to mend it, in English and in French.

Only words of the contract and of the catalogues are said, never what was sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tocsin_schemas import contract
from tocsin_schemas.problems import Problem
from tocsin_schemas.sentences import LANGUAGES, OPTIONAL, catalogue

MOST_WORDS = 40
"""Of a controlled list that are said; every list of the contract is shorter."""
_LONGEST_EXAMPLE = 160
_FIELD = re.compile(r"\{(\w+)\}")
_ATTRIBUTES = {
    "specversion": "1.0",
    "id": "2026-0001.1",
    "source": "//your-organisation.example",
    "type": "org.tocsin.report.submitted",
}


@dataclass(frozen=True, slots=True)
class Said:
    """sentence: what is wrong. remedy: what to do about it.

    allowed: the words or fields that the contract permits there. near: those that may have been meant.
    example: JSON, or an attribute's text, that would be accepted there; "" if none is worth saying.
    """

    sentence: str
    remedy: str
    allowed: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    example: str = ""


def said(problem: Problem, language: str) -> Said:
    """In ``language`` (``en`` or ``fr``; English for any other)."""
    words = catalogue(language if language in LANGUAGES else LANGUAGES[0])
    entry = words.get(problem.code, {})
    if "sentence" not in entry:
        return Said(problem.sentence, "")
    allowed, near, example = _allowed(problem), tuple(problem.near.split()), _example(problem)
    shown = ", ".join(allowed[:MOST_WORDS]) + (f", {words['phrases']['and_more']}" if len(allowed) > MOST_WORDS else "")
    kind = "fields" if "properties" in contract.shape(_inside(problem)) else "words"
    values = {"allowed": shown, kind: shown, "near": ", ".join(near), "example": example, **_limits(problem)}
    remedy = entry.get("hints", {}).get(problem.hint) or words["hints"].get(problem.hint) or entry["remedy"]
    told = _filled(remedy, values)
    if near and "{near}" not in remedy:
        told += ". " + _filled(words["phrases"]["near"], values).rstrip(".")
    return Said(_filled(entry["sentence"], values), told, allowed, near, example)


def _allowed(problem: Problem) -> tuple[str, ...]:
    match problem.code:
        case "event-type-unknown" | "event-type-not-yours":
            return contract.PUBLISHED
        case "recipient-invalid":
            return contract.permitted("ConsentDecision.recipient")
        case "bool-type":
            return ("true", "false")
        case "envelope-version-unknown":
            return ("1.0",)
        case "missing" | "extra-forbidden" | "enum" | "object-type" | "list-type" | "too-short":
            return contract.permitted(_inside(problem)) if problem.of else ()
    return ()


def _inside(problem: Problem) -> str:
    """Where the words are listed: for a list, what it holds."""
    return problem.of + "[]" if "items" in contract.shape(problem.of) else problem.of


def _example(problem: Problem) -> str:
    if problem.code == "envelope-attribute-missing":
        return _ATTRIBUTES.get(problem.of.removeprefix("ce_"), "")
    if problem.code == "report-without-victim":
        return contract.example("Report.alleged_victims")
    found = contract.example(problem.of)
    return found if len(found) <= _LONGEST_EXAMPLE else ""


def _limits(problem: Problem) -> Mapping[str, str]:
    """From the contract, or from the problem itself where it is about something else than a field."""
    found = contract.shape(problem.of)
    names = {"least": "minimum", "most": "maximum"}
    names |= {"shortest": "minItems", "longest": "maxItems"} if "items" in found else {}
    names |= {"shortest": "minLength", "longest": "maxLength"} if "items" not in found else {}
    limits = {ours: str(found[theirs]) for ours, theirs in names.items() if theirs in found}
    return limits | ({} if found else {str(n): part for n, part in enumerate(problem.of.split(":")) if part})


def _filled(template: str, values: Mapping[str, str]) -> str:
    def part(match: re.Match[str]) -> str:
        known = all(values.get(name) for name in _FIELD.findall(match[1]))
        return match[1] if known else ""

    return _FIELD.sub(lambda match: values.get(match[1], ""), OPTIONAL.sub(part, template))
