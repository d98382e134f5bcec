"""One report from the answers, and where each part of it was asked for."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from tocsin.intake.form.answers.values import day_of, value_of
from tocsin.intake.form.steps import detention, everything, reprisal
from tocsin.intake.form.steps.consent import DECISIONS, RECORD, SAYS_NO, SAYS_YES, TOOK_BACK
from tocsin.store.publishing.drafts import Answers
from tocsin_schemas.vocabulary import ConsentStatus

_ELSEWHERE = ("consent.", f"{RECORD}.", "asks.")
"""Answers that do not stand in the report under their own name."""
_DAYS, _TEXTS = ("decided_on", "expires_on", "withdrawn_on"), ("given_by", "recorded_how")
"""What is recorded of a decision."""
_STATUS = {
    SAYS_YES: ConsentStatus.GRANTED,
    SAYS_NO: ConsentStatus.REFUSED,
    TOOK_BACK: ConsentStatus.WITHDRAWN,
}
_KINDS = {
    "strict": {"strict": True},
    "broad": {"strict": False, "broad": True},
    "both": {"strict": True, "broad": True},
}


@dataclass(frozen=True, slots=True)
class Composed:
    """body: the report as JSON. places: for each place in it, as a JSON Pointer, the name under which it was asked."""

    body: bytes
    places: dict[str, str]


def composed(answers: Answers, publisher_id: str, revision: int, today: date) -> Composed:
    """The report that these answers make. It need not be a valid one."""
    tree: dict[Any, Any] = {}
    passed_over = _ELSEWHERE + left_out(answers)
    for _, asked in everything(answers):
        if not asked.name.startswith(passed_over):
            _put(tree, asked.name, value_of(asked, answers, today))
    _settle(tree)
    report: dict[str, Any] = {"publisher": publisher_id, "revision": revision}
    places: dict[str, str] = {}
    report |= _closed(tree, "", "", places) or {}
    if decisions := _decisions(answers, places):
        report["consent"] = decisions
    return Composed(json.dumps(report, ensure_ascii=False).encode("utf-8", "surrogatepass"), places)


def left_out(answers: Answers) -> tuple[str, ...]:
    """What the names begin with of answers that hang on one that says no."""
    is_out = {"detention.": answers.get(detention.ASKS) == ["no"], "reprisal.": answers.get(reprisal.KIND) == ["no"]}
    return tuple(beginning for beginning, out in is_out.items() if out)


def _put(tree: dict[Any, Any], name: str, value: Any) -> None:
    if value is None:
        return
    *way, last = [int(piece) if piece.isdigit() else piece for piece in name.split(".")]
    for piece in way:
        tree = tree.setdefault(piece, {})
    tree[last] = value


def _settle(tree: dict[Any, Any]) -> None:
    """What the report says in other words than the form."""
    if "reprisal" in tree:
        said = tree["reprisal"].pop("kind", "")
        tree["reprisal"] |= _KINDS.get(said, {})
    for victim in tree.get("alleged_victims", {}).values():
        _drop_without("value", victim.get("names", {}))
    accounts = tree.get("narratives", {})
    _drop_without("text", accounts)
    for account in accounts.values():
        account.setdefault("language", tree.get("language", ""))


def _drop_without(what: str, entries: dict[Any, Any]) -> None:
    """The script of no name, and the language of no account, say nothing."""
    for number in [number for number, entry in entries.items() if what not in entry]:
        del entries[number]


def _closed(node: Any, pointer: str, name: str, places: dict[str, str]) -> Any:
    """The tree without its empty branches, its numbered ones as lists without gaps."""
    if not isinstance(node, dict):
        places[pointer] = name
        return node
    if not node:
        return None
    is_list = all(isinstance(key, int) for key in node)
    found: list[tuple[Any, Any]] = []
    for key in sorted(node) if is_list else node:
        here = f"{pointer}/{len(found) if is_list else key}"
        inner = _closed(node[key], here, f"{name}.{key}" if name else str(key), places)
        if inner is not None:
            found.append((key, inner))
    if not found:
        return None
    places[pointer] = name
    return [inner for _, inner in found] if is_list else dict(found)


def _decisions(answers: Answers, places: dict[str, str]) -> list[dict[str, Any]]:
    """One for each audience that an answer is about, all under the same record."""
    record = _recorded(answers)
    decisions: list[dict[str, Any]] = []
    for name, (purpose, recipients) in DECISIONS.items():
        status = _STATUS.get(answers.get(name, [""])[0])
        for recipient in recipients if status is not None else ():
            pointer = f"/consent/{len(decisions)}"
            decision = {"recipient": recipient, "purpose": purpose, "status": status}
            decisions.append(decision | _record(record, answers, status is ConsentStatus.WITHDRAWN))
            places |= {pointer: name} | {f"{pointer}/{field}": f"{RECORD}.{field}" for field in (*record, "informed")}
    return decisions


def _recorded(answers: Answers) -> dict[str, str]:
    days = {field: day_of(f"{RECORD}.{field}", answers) or "" for field in _DAYS}
    return days | {field: answers.get(f"{RECORD}.{field}", [""])[0].strip() for field in _TEXTS}


def _record(record: dict[str, str], answers: Answers, is_withdrawn: bool) -> dict[str, Any]:
    said = {field: text for field, text in record.items() if text and (is_withdrawn or field != "withdrawn_on")}
    return said | ({"informed": True} if answers.get(f"{RECORD}.informed") else {})
