"""What browsers tell of a page's policy is counted by its directive, whatever else they send, and not too often."""

import json
from typing import Any

import pytest

from tocsin.runtime.labels import OTHER, REGISTRY
from tocsin.runtime.policy_reports import LARGEST, MOST, PATH, told_of
from tocsin.runtime.turns import Turns
from tocsin.runtime.web import create_web
from web_client import ask

TOLD: dict[str, tuple[Any, list[str]]] = {
    "as browsers always did": ({"csp-report": {"effective-directive": "img-src"}}, ["img-src"]),
    "as old ones do": ({"csp-report": {"violated-directive": "script-src 'self'"}}, ["script-src"]),
    "as the reporting interface does": (
        [{"type": "csp-violation", "body": {"effectiveDirective": name}} for name in ("base-uri", "style-src-elem")],
        ["base-uri", "style-src-elem"],
    ),
    "a directive that we do not know": ({"csp-report": {"effective-directive": "amina-src"}}, [OTHER]),
    "no directive": ({"csp-report": {}}, [OTHER]),
    "of something else": ({"age": 3}, []),
    "a list of nothing": ([1, None, "x"], []),
    "more than is looked at": ([{"body": {"effectiveDirective": "img-src"}}] * 50, ["img-src"] * 20),
    "a number": (7, []),
}


@pytest.mark.parametrize(("sent", "directives"), TOLD.values(), ids=TOLD)
def test_only_the_directive_is_looked_at(sent: Any, directives: list[str]) -> None:
    assert told_of(json.dumps(sent).encode()) == directives


@pytest.mark.parametrize("body", [b"", b"not JSON", b"[" * 10_000, b"\xff\xfe"])
def test_what_is_no_report_is_counted_as_nothing(body: bytes) -> None:
    assert told_of(body) == []


def counted(directive: str) -> float:
    return REGISTRY.get_sample_value("hrd_policy_violations_total", {"directive": directive}) or 0.0


def test_a_report_is_counted_and_answered_with_nothing() -> None:
    before = counted("connect-src")
    answer = ask(create_web("test"), PATH, "POST", json={"csp-report": {"effective-directive": "connect-src"}})
    assert (answer.status_code, answer.content) == (204, b"")
    assert counted("connect-src") == before + 1


def test_a_large_one_is_refused_and_echoed_by_nobody() -> None:
    answer = ask(create_web("test"), PATH, "POST", content=b"Amina" * LARGEST)
    assert answer.status_code == 413
    assert "Amina" not in answer.text


def test_after_sixty_in_a_minute_they_are_refused_until_the_next_one() -> None:
    turns = Turns(MOST)
    assert [turns.take(100.0) for _ in range(MOST + 1)] == [True] * MOST + [False]
    assert not turns.take(159.9)
    assert turns.take(160.0)
    app = create_web("test")
    answers = [ask(app, PATH, "POST", content=b"{}") for _ in range(MOST + 1)]
    assert [answer.status_code for answer in answers] == [204] * MOST + [429]
    assert answers[-1].headers["retry-after"] == "60"
