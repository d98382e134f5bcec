"""``tocsin evaluate routes`` in a pipe: each report goes in with its moment, and comes out with routes and refusals."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from builders import a_report, a_report_json, a_violation
from tocsin.cli.evaluate import evaluate
from tocsin.devtools.evaluation.routing import holders_of
from tocsin.knowledge.load import load
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.consent import Handling

NOW = "2026-11-24T09:00:00Z"


def line(identity: str | int, now: str = NOW, **report: Any) -> str:
    return json.dumps({"id": identity, "report": json.loads(a_report_json(**report)), "now": now})


def run(*lines: str) -> Result:
    return CliRunner().invoke(evaluate, ["routes"], input="\n".join(lines))


def one(*lines: str) -> dict[str, Any]:
    result = run(*lines)
    assert result.exit_code == 0, result.stderr
    (found,) = map(json.loads, result.stdout.splitlines())
    return dict(found)


def mandates(routed: dict[str, Any]) -> set[str]:
    return {route["mandate"] for route in routed["routes"]}


def test_a_line_has_what_the_contract_names() -> None:
    routed = one(line("a"))
    assert list(routed) == ["id", "priority", "reasons", "mechanisms", "routes", "refused"]
    assert all(list(route) == ["mandate", "level", "fields", "rule"] for route in routed["routes"])
    assert all(list(refusal) == ["mandate", "reason"] for refusal in routed["refused"])
    assert (routed["id"], routed["priority"]) == ("a", "P2")
    assert routed["reasons"][0] == "ongoing-liberty"


def test_who_is_told_by_which_rule_and_who_is_not() -> None:
    routed = one(line(1))
    rules = {route["mandate"]: route["rule"] for route in routed["routes"]}
    reasons = {refusal["mandate"]: refusal["reason"] for refusal in routed["refused"]}
    assert rules["UN-WGAD"] == "mandate-by-violation"
    assert reasons["ACHPR-SRHRD"] == "publisher-knows"
    assert reasons["COE-CHR"] == "not-a-member"
    assert not set(rules) & set(reasons)


def test_the_mechanisms_are_those_of_the_state_at_the_date_whatever_consent_allows() -> None:
    silent = one(line(1, consent=[], violation=a_violation("2021-05-01", country="RUS", ongoing=False)))
    assert silent["routes"] == []
    assert {"COE-CHR", "OSCE-ODIHR", "EU-EEAS", "UN-SP"} <= set(silent["mechanisms"])
    assert silent["mechanisms"] == sorted(silent["mechanisms"])
    later = one(line(1, violation=a_violation("2026-05-01", country="RUS", ongoing=False)))
    assert "COE-CHR" not in later["mechanisms"]


def test_the_fields_are_those_of_the_level_less_what_the_publisher_withheld() -> None:
    shown = next(r for r in one(line(1))["routes"] if r["mandate"] == "UN-WGAD")
    assert shown["level"] == "L1"
    assert "/violation/types" in shown["fields"]
    assert shown["fields"] == sorted(shown["fields"])
    hidden = one(line(1, handling=Handling(confidential_fields=["/violation/types"])))
    assert all("/violation/types" not in route["fields"] for route in hidden["routes"])


def test_the_moment_decides() -> None:
    handling = Handling(embargo_until=a_report().received_at)
    before, after = (one(line(1, now, handling=handling)) for now in ("2026-11-21T08:29:59Z", "2026-11-21T08:30:00Z"))
    assert not before["routes"]
    assert {"under-embargo", "publisher-knows"} < {refusal["reason"] for refusal in before["refused"]}
    assert after["routes"]


def test_a_moment_is_the_same_whatever_its_offset() -> None:
    assert one(line(1, "2026-11-24T09:00:00Z")) == one(line(1, "2026-11-24T23:00:00+14:00"))


def test_reports_are_routed_apart_and_in_order() -> None:
    result = run(line(2), line(1, violation=a_violation(country="CHN")))
    first, second = map(json.loads, result.stdout.splitlines())
    assert [first["id"], second["id"]] == [2, 1]
    assert "ACHPR-COUNTRY" in mandates(first) - mandates(second)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("{", "line 1: json-malformed"),
        ("[]", "line 1: object-type"),
        (json.dumps({"report": {}, "now": NOW}), "line 1: missing at /id"),
        (json.dumps({"id": 1, "report": json.loads(a_report_json())}), "line 1: missing at /now"),
        (json.dumps({"id": 1, "report": {"publisher": "Kossi"}, "now": NOW}), "line 1: "),
        (
            json.dumps({"id": 1, "report": json.loads(a_report_json()), "now": "Kossi"}),
            "line 1: datetime-invalid at /now",
        ),
    ],
)
def test_a_malformed_line_is_told_by_number_and_the_rest_is_routed(bad: str, told: str) -> None:
    result = run(bad, line("sound"))
    assert result.exit_code == 1
    assert [json.loads(found)["id"] for found in result.stdout.splitlines()] == ["sound"]
    assert result.stderr.startswith(told)
    assert "Kossi" not in result.stderr


def test_a_fault_in_the_report_is_told_by_its_place() -> None:
    report = json.loads(a_report_json()) | {"revision": 0}
    result = run(json.dumps({"id": 1, "report": report, "now": NOW}))
    assert " at /report/revision" in result.stderr


def test_every_mandate_has_one_holder_who_holds_no_other() -> None:
    holders = list(holders_of(load()))
    assert [holder.mandates for holder in holders] == [[mandate.key] for mandate in load().mandates]
    assert {holder.level for holder in holders} == {DisclosureLevel.L1}


def test_nothing_of_the_persons_comes_out() -> None:
    assert "Mensahvi" not in run(line(1)).stdout
