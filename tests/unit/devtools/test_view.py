"""What the demonstration prints holds every number, for people and for machines."""

import json
from collections import Counter
from io import StringIO

from rich.console import Console

from tocsin.devtools import view
from tocsin.devtools.sample import Progress, Result
from tocsin.devtools.tally import Tally

TALLY = Tally(
    messages=Counter(opened=2, joined=1, repeat=1),
    reports=3,
    cases=Counter(open=2),
    links=1,
    alerts=Counter({("UN-WGAD", "raised"): 2, ("OIF", "held"): 1}),
    held=Counter(consent=1),
    refusals=Counter({"not-a-member": 4}),
    deliveries=Counter(delivered=2, bounced=1),
    dead_letters=Counter({"json-malformed": 1}),
    unpublished=0,
    unread=0,
)
RESULT = Result(letters=4, tally=TALLY, differences=["cases: 2 instead of 3"], seconds=1.25)


def printed(*renderables: object) -> str:
    paper = StringIO()
    Console(file=paper, width=160).print(*renderables)
    return paper.getvalue()


def test_the_summary_for_people_holds_every_group() -> None:
    text = printed(view.summary(RESULT))
    for word in ("3 reports", "2 cases", "UN-WGAD", "OIF", "consent", "not-a-member", "delivered", "json-malformed"):
        assert word in text


def test_the_summary_for_machines_is_json_and_says_what_is_not_as_expected() -> None:
    found = json.loads(json.dumps(view.as_json(RESULT, {"console": "http://127.0.0.1:1"})))
    assert found["expected"] is False
    assert found["differences"] == ["cases: 2 instead of 3"]
    assert found["alerts"] == {"OIF": {"held": 1}, "UN-WGAD": {"raised": 2}}
    assert found["mails"] == {"bounced": 1, "delivered": 2}
    assert found["addresses"] == {"console": "http://127.0.0.1:1"}


def test_without_a_terminal_a_line_is_printed_only_when_something_changed() -> None:
    paper = StringIO()
    console = Console(file=paper, force_terminal=False, width=200)
    with view.open_view(console) as watch:
        watch(Progress(1, 4, TALLY))
        watch(Progress(1, 4, TALLY))
        watch(Progress(2, 4, TALLY))
    assert len(paper.getvalue().splitlines()) == 2


def test_a_terminal_gets_a_moving_table() -> None:
    paper = StringIO()
    with view.open_view(Console(file=paper, force_terminal=True, width=100)) as watch:
        watch(Progress(2, 4, TALLY))
    assert "mails settled" in paper.getvalue()
