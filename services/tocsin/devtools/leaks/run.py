"""Sends every value through a running deployment, and searches every place for it."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from tocsin.devtools import tally
from tocsin.devtools.leaks import answers, doors, operators, places, refused, reports
from tocsin.devtools.leaks.finding import Finder
from tocsin.devtools.leaks.house import House, open_house
from tocsin.devtools.leaks.values import OWN, Hand
from tocsin.devtools.stack import Stack
from tocsin.store.database import reading
from tocsin.store.views import overview

VALUES, REPORTS = 500, 9
_PATIENCE = 120.0


@dataclass(slots=True)
class Result:
    """table: by place, how many values were found there that were sealed or told to us alone; in_clear: how many that
    their publisher had sent in clear. leaks: where something stands that must not.

    missing: values that must be found in a place, and are not: then nothing of what was found means anything.
    """

    values: int
    table: dict[str, int] = field(default_factory=dict)
    in_clear: dict[str, int] = field(default_factory=dict)
    searched: dict[str, int] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def run(stack: Stack, say: Callable[[str], None], values: int = VALUES, count: int = REPORTS) -> Result:
    """The stack runs, and is new. say: told of each step. values: at least, in ``count`` reports and all the rest."""
    house = open_house(stack, Hand())
    say("planting")
    began = time.monotonic()
    imported, printed = plant(house, values, count)
    say(f"planted in {time.monotonic() - began:.0f} s; searching for {len(house.hand.given)} values")
    return search(house, imported, printed)


def plant(house: House, values: int, count: int) -> tuple[str, str]:
    """Plant the values; returns what an import and what other commands printed."""
    written = reports.publish(house, count, shared=2)
    reports.publish_in_clear(house)
    letters = refused.publish(house)
    doors.send_over_http(house, 2)
    doors.fill_in_form(house)
    imported = doors.import_rows(house, 6, lambda *arguments: operators.command(house, *arguments))
    answers.strangers_sign_in(house, 4)
    answers.provider_says(house)
    _wait(lambda: _settled(house, letters), "the reports do not settle")
    answers.people_write_back(house, 4)
    operators.search(house, 6)
    if not operators.decide(house):
        raise RuntimeError("no pair waits for a person")
    cases = _cases(house)
    if not answers.recipient_reads_and_acts(house):
        raise RuntimeError("no case is told to the recipient")
    printed = operators.work_on_the_command_line(house, cases)
    reports.withdraw(house, [written[-1]["publisher_reference"]])
    _act_on(house, cases)
    _fill_up(house, values)
    _wait(lambda: _settled(house, letters), "what came last does not settle")
    operators.read_everything(house, _cases(house))
    return imported, printed


def _cases(house: House) -> list[str]:
    with reading(house.stack.engine) as connection:
        return [line.reference for line in overview.recent_cases(connection)]


def _act_on(house: House, cases: list[str]) -> None:
    """Actions of a mechanism, with numbers, a State's reply and a recommendation in words."""
    hand, day = house.hand, "2026-11-20"
    number = {"scheme": "other", "value": hand("number of an action")}
    common = {"recorded_at": "2026-11-20T10:00:00Z"}
    taken = {
        "mechanism": "NGO-OBS",
        "action": "urgent_appeal",
        "case": cases[0],
        "taken_on": day,
        "references": [number],
    }
    replied = {"country": "TUN", "case": cases[0], "in_reply_to": number, "replied_on": day, "quality": "rejects"}
    advice = {"mechanism": "NGO-OBS", "country": "TUN", "recommendation": hand("recommendation"), "made_on": day}
    with house.publishing() as publisher:
        publisher.record_action(taken | common, "action.taken")
        publisher.record_action(taken | common | {"case": hand("case of an action")}, "action.taken")
        publisher.record_action(replied | common, "state.replied")
        publisher.record_action(advice | common | {"case": cases[0]}, "recommendation.made")
    with house.publishing(sealed=False) as publisher:
        numbers = [number | {"value": hand.in_clear()("number of an action in clear")}]
        publisher.record_action(taken | common | {"references": numbers}, "action.taken")


def _fill_up(house: House, values: int) -> None:
    """A narrative with the values that are left."""
    text = " and ".join(house.hand("narrative") for _ in range(values - len(house.hand.given))) or "none"
    report = reports.content(Hand(), 20) | {"narratives": [{"language": "en", "text": text}]}
    with house.publishing() as publisher:
        publisher.submit(report)


def _settled(house: House, letters: int) -> bool:
    counted = tally.count(house.stack.engine)
    return counted.settled(0) and counted.dead_letters.total() >= letters


def _wait(until: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    quiet = 0
    while quiet < 4:
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        quiet = quiet + 1 if until() else 0
        time.sleep(0.5)


def search(house: House, imported: str, printed: str) -> Result:
    given = {value.text: value for value in house.hand.given}
    finder, result, where = Finder(given), Result(len(given)), defaultdict[str, set[str]](set)
    sizes: Counter[str] = Counter()
    for spot in places.spots(house, imported, printed):
        sizes[spot.place] += len(spot.content)
        found = finder.found(spot.content)
        own = finder.found(spot.asked.encode()) if found else set()
        for text in found:
            place, value = OWN if text in own else spot.place, given[text]
            where[place].add(text)
            if place not in value.open_in | value.perhaps:
                result.leaks.append(f"{place}: {value.use} in {spot.name[:100]}")
    result.searched = dict(sizes)
    for place in {*sizes, *where}:
        result.in_clear[place] = sum(given[text].in_clear for text in where[place])
        result.table[place] = len(where[place]) - result.in_clear[place]
    for value in given.values():
        result.missing += [f"{value.use}: not in {place}" for place in value.open_in if value.text not in where[place]]
    return result
