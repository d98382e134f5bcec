"""What operators write at the console and on the command line, and every page that they read."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable

from tocsin.devtools.leaks.browsing import Browser
from tocsin.devtools.leaks.house import House
from tocsin.devtools.leaks.values import OWN

PLACES = (
    "/", "/stuck", "/reviews", "/unrouted", "/search", "/deliveries", "/dead-letters", "/directory", "/publishers",
    "/knowledge", "/drills", "/audit", "/audit/verification", "/account", "/brief?from=2026-10-01&to=2026-12-31",
)  # fmt: skip
OPENED = ("/reviews/", "/decisions/", "/message", "/form/")
"""Pages that show names to whom they belong, on record: two reports side by side, a dead letter that was opened; and
what somebody has just typed into the form."""
_LISTS = ("status", "cases list", "actions list", "inbox list", "dead-letters list")
_OF_A_KIND = 20
_EXPORTS = ("", "/cap.xml", "/case.jsonld")


def search(house: House, count: int) -> None:
    """For names, places and references, and with what is asked for in the address, which no form of ours does."""
    hand, console = house.hand, Browser.at(house.stack.addresses["console"], house.seen)
    for number in range(count):
        way = ("name", "place", "reference")[number % 3]
        console.get("/search")
        console.submit(f"/search/{way}", {way: hand(f"searched {way}")})
    known = house.hand.given[1].text
    console.get("/search")
    console.submit("/search/name", {"name": known})
    for path in ("/search?name=", "/cases/", "/reviews?kind=", "/deliveries?case=", "/deliveries?state=", "/"):
        told = {"referer": f"https://x.example/{hand('referer', 'latin')}", "user-agent": hand("browser", "latin")}
        console.get(f"{path}{hand('typed into an address', 'latin', perhaps=(OWN,))}", **told)
    console.post("/drills", {"hours": hand("hours"), "mandate": hand("mandate")})
    console.get("/drills")
    console.submit("/drills", {"hours": "3", "mandate": hand("mandate of a drill")})


def decide(house: House) -> int:
    """On every pair that waits, with a reason. Returns how many."""
    hand, console, decided = house.hand, Browser.at(house.stack.addresses["console"], house.seen), 0
    console.get("/reviews")
    for path in sorted({link for link in console.links() if link.startswith("/reviews/")}):
        console.get(path)
        if any(action.endswith("/decision") for action in console.actions()):
            decision = ("same", "different", "same_person")[decided % 3]
            console.submit("/decision", {"decision": decision, "note": hand("reviewer's reason")})
            decided += 1
    return decided


def read_everything(house: House, cases: Iterable[str]) -> int:
    """Every page that a link of the console leads to, some of each kind, and cases as they are given out. Returns how
    many pages there were.
    """
    console = Browser.at(house.stack.addresses["console"], house.seen)
    known: set[str] = set()
    kinds: Counter[str] = Counter()
    waiting, own = list(PLACES), house.stack.addresses["console"]
    while waiting:
        path = waiting.pop()
        kind = path.partition("?")[0].rpartition("/")[0]
        if path in known or kinds[kind] >= _OF_A_KIND:
            continue
        known.add(path)
        kinds[kind] += 1
        if "text/html" in console.get(path).headers.get("content-type", ""):
            waiting += [link.removeprefix(own) for link in _ours(console.links(), own)]
    for case in list(cases)[:_OF_A_KIND]:
        for form in _EXPORTS:
            console.get(f"/brief/cases/{case}{form}?mandate=UN-WGAD")
    return len(known)


def _ours(links: Iterable[str], own: str) -> Iterable[str]:
    leads = ("page=", "lang=", "/sign-out", "#")
    return (link for link in links if link.startswith(("/", own)) and not any(each in link for each in leads))


def command(house: House, *arguments: str) -> str:
    """``tocsin …`` as an operator runs it; what it printed."""
    told = os.environ | house.stack.environment_of("console") | {"COLUMNS": "300"}
    program = [sys.executable, "-c", "from tocsin.cli import main; main()"]
    done = subprocess.run([*program, *arguments], env=told, capture_output=True, text=True, check=False, timeout=300)
    return done.stdout + done.stderr


def work_on_the_command_line(house: House, cases: list[str]) -> str:
    """Reasons for what a person decides; and every list. Returns what was printed."""
    hand, by, said = house.hand, ("--by", "duty-officer-1"), []
    for case in cases[:2]:
        said.append(command(house, "cases", "label", case, "emblematic", *by, "--reason", hand("reason of a label")))
        said.append(command(house, "triage", "lower", case, "P4", *by, "--reason", hand("reason to lower")))
    said.append(command(house, "cases", "show", cases[0], "--json"))
    said += [command(house, *words.split()) for words in _LISTS]
    said.append(command(house, "cases", "show", hand("typed on the command line")))
    return "\n".join(said)
