"""An operator sees what waits without a name, opens both reports on record, decides at once, and can take it back."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from databases import NOW
from resolving import Resolver, identity, withdrawal_of
from reviewing import AGAIN, BROTHER, COLUMNS, LATIN, NAMES, OTHER, PERSIAN, SISTER, a_queue, audited, references, run
from tocsin.cli.review import review
from tocsin.store import tables
from tocsin.store.casework import reports
from tocsin.store.database import reading, unit_of_work
from tocsin.store.matching import reviews

BY = ("--by", "duty-officer-2")


@pytest.fixture
def resolver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resolver:
    return a_queue(tmp_path, monkeypatch)


def waiting() -> list[dict[str, Any]]:
    result = run(review, "list", "--json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.output)
    return found


def the_review() -> str:
    [line] = waiting()
    return str(line["review_id"])


def homes(resolver: Resolver) -> list[str]:
    return [resolver.homes()[identity(report)] for report in (BROTHER, AGAIN, OTHER)]


# --- list ----------------------------------------------------------------------------------------------------------


def test_the_list_gives_ids_references_and_score_but_no_name(resolver: Resolver) -> None:
    [line] = waiting()
    output = run(review, "list").output
    ours, theirs = references(resolver)[line["case_id"]], references(resolver)[line["other_case_id"]]
    assert all(word in output for word in (line["review_id"][:8], "possible duplicate", ours, theirs, "IRN"))
    assert f"{line['score']:.2f}" in output
    assert not any(name in output + json.dumps(line, ensure_ascii=False) for name in NAMES)
    assert audited(resolver, "names-opened") == []


def test_the_list_fits_a_narrow_terminal_and_cuts_nothing(resolver: Resolver) -> None:
    with unit_of_work(resolver.engine) as connection:
        for kind in reviews.KINDS:
            reviews.request(connection, kind, "reason", NOW, *homes(resolver)[:2])
    output = run(review, "list").output
    assert max(map(len, output.splitlines())) <= COLUMNS
    assert "…" not in output
    assert all(kind.replace("_", " ") in output for kind in reviews.KINDS)


def test_a_kind_and_a_page_can_be_asked_for(resolver: Resolver) -> None:
    assert "Nothing waits" in run(review, "list", "--kind", "component_alarm").output
    assert "Nothing waits" in run(review, "list", "--page", "2").output
    assert run(review, "list", "--kind", "strange").exit_code == 2


# --- show ----------------------------------------------------------------------------------------------------------


def test_both_reports_stand_side_by_side_with_evidence_vetoes_and_thresholds(resolver: Resolver) -> None:
    result = run(review, "show", the_review()[:6])
    assert result.exit_code == 0, result.output
    output = " ".join(result.output.split())
    [row] = [line for line in result.output.splitlines() if SISTER in line and "~" not in line]
    assert PERSIAN in row or LATIN in row
    for words in (
        "COE-CHR",
        "2026-11-21 08:30Z",
        "born 1979",
        "Shiraz",
        "event 2026-11-20",
        "arbitrary detention",
        "Press release of",
        "stands on one side only",
        "the names contradict each other",
        "joins by itself from 0.",
        "is reviewed from 0.",
        "born in the same year",
        "the same day",
        "review decide",
    ):
        assert words in output, words


def test_it_fits_a_narrow_terminal_and_leaves_names_from_right_to_left_whole(
    resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = run(review, "show", the_review(), "--json")
    shown = {
        n for report in json.loads(opened.output)["reports"] for v in report["account"]["victims"] for n in v["names"]
    }
    for width in ("80", "60", "200"):
        monkeypatch.setenv("COLUMNS", width)
        lines = run(review, "show", the_review()).output.splitlines()
        assert max(map(len, lines)) <= int(width)
        assert all(any(name in line for line in lines) for name in shown if width != "60"), "none is broken"


def test_that_names_were_opened_is_on_record_before_they_are_shown(resolver: Resolver) -> None:
    review_id = the_review()
    run(review, "show", review_id)
    run(review, "show", review_id, "--json")
    entries = audited(resolver, "names-opened")
    assert [(row.chain, row.subject) for row in entries] == [("operators", review_id)] * 2
    assert identity(OTHER) in entries[0].detail["reports"]
    assert not any(name in str(entries) for name in NAMES)


def test_a_report_that_was_erased_is_said_to_be(resolver: Resolver) -> None:
    review_id = the_review()
    with unit_of_work(resolver.engine) as connection:
        reports.erase(connection, resolver.deployment.vault, identity(OTHER))
    output = run(review, "show", review_id).output
    assert "erased: nothing of it can be read" in " ".join(output.split())
    assert SISTER not in output
    assert "cannot compare" in output


def test_what_moves_a_cursor_does_not_reach_the_terminal(resolver: Resolver) -> None:
    from rich.console import Console

    from tocsin.cli.showing import shown

    piped, terminal = Console(force_terminal=False), Console(force_terminal=True)
    assert shown("a\x1b[2J\u202eb\u200cc", piped) == "a·[2J·b\u200cc"
    assert shown(PERSIAN, piped) == PERSIAN
    assert shown(PERSIAN, terminal) == f"\u2068{PERSIAN}\u2069"
    assert shown(LATIN, terminal) == LATIN


# --- decide and undo -----------------------------------------------------------------------------------------------


def test_same_merges_at_once_and_undo_takes_it_back(resolver: Resolver) -> None:
    before, review_id = homes(resolver), the_review()
    result = run(review, "decide", review_id[:8], "same", *BY)
    assert result.exit_code == 0, result.output
    merged = set(homes(resolver))
    assert len(merged) == 1
    assert f"Merged into {references(resolver)[merged.pop()]}. " in result.output
    assert waiting() == []
    number = result.output.split("review undo ")[1].split()[0]
    undone = run(review, "undo", number, *BY)
    assert undone.exit_code == 0, undone.output
    assert homes(resolver) == before
    assert the_review() == review_id, "it is asked about again"


@pytest.mark.parametrize(
    ("decision", "said", "links"),
    [("different", "Kept apart", []), ("same-person", "Kept apart, and linked as one person", ["same_person"])],
)
def test_other_decisions_keep_the_cases_apart(resolver: Resolver, decision: str, said: str, links: list[str]) -> None:
    before = homes(resolver)
    result = run(review, "decide", the_review(), decision, *BY)
    assert (result.exit_code, homes(resolver)) == (0, before)
    assert said in result.output
    assert [row.kind for row in resolver.rows(tables.case_links)] == links
    assert waiting() == []


def test_a_note_is_shown_with_the_decision_and_kept_nowhere_in_clear(resolver: Resolver) -> None:
    review_id, note = the_review(), "Confirmed by Shahrzad, her cousin"
    run(review, "decide", review_id, "different", *BY, "--note", note)
    assert note in " ".join(run(review, "show", review_id).output.split())
    with reading(resolver.engine) as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        assert not any("Shahrzad" in line for line in raw.iterdump())


def test_a_decision_is_one_person_s_and_made_once(resolver: Resolver) -> None:
    review_id = the_review()
    run(review, "decide", review_id, "different", *BY)
    again = run(review, "decide", review_id, "same", *BY)
    assert again.exit_code == 1
    assert "duty-officer-2 resolved this on" in again.output
    assert "duty-officer-2 resolved this on" in run(review, "show", review_id).output


@pytest.mark.parametrize("by", ["two words", "", "matcher", "resolver", "dispatcher", "x" * 65, "-x", "nöel", "a\n"])
def test_who_decides_is_an_identifier_of_their_own(resolver: Resolver, by: str) -> None:
    result = run(review, "decide", the_review(), "same", f"--by={by}")
    assert result.exit_code == 2
    assert len(set(homes(resolver))) == 2


@pytest.mark.parametrize("command", [("show",), ("decide", "same", *BY), ("close", *BY)])
@pytest.mark.parametrize("review_id", ["ffffffffff", "%", "no-such", "f" * 40])
def test_an_unknown_id_is_refused(resolver: Resolver, command: tuple[str, ...], review_id: str) -> None:
    name, *rest = command
    result = run(review, name, review_id, *rest)
    assert result.exit_code == 1
    assert "No review has this id" in result.output


def test_a_beginning_of_several_ids_is_refused(resolver: Resolver) -> None:
    with unit_of_work(resolver.engine) as connection:
        for number in range(40):
            reviews.request(connection, "isolated_message", f"message {number}", NOW)
    first = sorted(line["review_id"] for line in waiting())
    shared = next(a[:1] for a, b in pairwise(first) if a[0] == b[0])
    result = run(review, "show", shared)
    assert result.exit_code == 1
    assert "give more digits" in result.output


def test_what_cannot_be_decided_is_refused_and_nothing_changes(resolver: Resolver) -> None:
    review_id = the_review()
    resolver.accept(withdrawal_of(OTHER, 2), "report.withdrawn")
    result = run(review, "decide", review_id, "same", *BY)
    assert result.exit_code == 1
    assert resolver.rows(tables.audit)[-1].action == "report-withdrawn"


def test_a_judgement_that_is_none_cannot_be_taken_back(resolver: Resolver) -> None:
    result = run(review, "undo", "999", *BY)
    assert (result.exit_code, "no such judgement" in result.output) == (1, True)


def test_an_erased_report_takes_no_note_and_the_decision_waits(resolver: Resolver) -> None:
    review_id = the_review()
    with unit_of_work(resolver.engine) as connection:
        reports.erase(connection, resolver.deployment.vault, identity(OTHER))
    result = run(review, "decide", review_id, "same", *BY, "--note", "why")
    assert (result.exit_code, len(set(homes(resolver)))) == (1, 2)
    assert "without a note" in result.output
    assert run(review, "decide", review_id, "same", *BY).exit_code == 0


# --- close ---------------------------------------------------------------------------------------------------------


def test_a_review_of_no_pair_is_closed_on_record(resolver: Resolver) -> None:
    with unit_of_work(resolver.engine) as connection:
        reviews.request(connection, "matching_incomplete", "matching-incomplete: ValueError", NOW, homes(resolver)[2])
    [line] = [line for line in waiting() if line["kind"] == "matching_incomplete"]
    shown = run(review, "show", line["review_id"])
    assert "matching-incomplete: ValueError" in shown.output
    assert SISTER not in shown.output
    assert run(review, "decide", line["review_id"], "same", *BY).exit_code == 1
    assert run(review, "close", line["review_id"], *BY).exit_code == 0
    assert line["review_id"] not in [left["review_id"] for left in waiting()]
    assert [row.detail["by"] for row in audited(resolver, "review-closed")] == ["duty-officer-2"]


def test_a_review_of_two_cases_cannot_be_closed_without_a_decision(resolver: Resolver) -> None:
    result = run(review, "close", the_review(), *BY)
    assert result.exit_code == 1
    assert "Decide it" in result.output


# --- keys ----------------------------------------------------------------------------------------------------------


def test_without_its_key_nothing_is_opened_and_no_key_is_made(resolver: Resolver, tmp_path: Path) -> None:
    review_id, key = the_review(), tmp_path / "deployment.key"
    key.rename(tmp_path / "elsewhere")
    assert "no key file" in run(review, "show", review_id).output
    assert not key.exists()
    key.write_text("ab" * 32 + "\n")
    key.chmod(0o600)
    result = run(review, "show", review_id)
    assert result.exit_code == 1
    assert "does not belong to this database" in result.output
