"""By the intake: each report under its own key, tried again until it is there, and never twice."""

import pytest

from builders import a_report
from intake_server import Intake, taking
from tocsin.importing.sending.doors import Forbidden, Refused, Unavailable
from tocsin.importing.sending.over_http import OverHttp

REPORT = a_report(publisher_reference="Tamsin Marvelle/1")
PROBLEM = {"code": "enum", "pointer": "/violation/types/0", "detail": "…", "remedy": "…"}


def _send(intake: Intake, correction: bool = False) -> tuple[str, list[float]]:
    waits: list[float] = []
    with taking(intake) as address:
        door = OverHttp(address, "tcn_abc_secret", sleep=waits.append)
        try:
            return door.send(REPORT, correction, "once-1"), waits
        finally:
            door.close()


def test_a_report_is_taken_and_its_receipt_is_kept() -> None:
    intake = Intake()
    receipt, _ = _send(intake)
    assert receipt == "r" * 60
    body, kind = intake.taken["once-1"]
    assert (body["publisher_reference"], kind) == ("Tamsin Marvelle/1", "org.tocsin.report.submitted")


def test_a_correction_says_so_and_no_reference_stands_in_an_address() -> None:
    intake = Intake()
    _send(intake, correction=True)
    assert intake.taken["once-1"][1] == "org.tocsin.report.corrected"
    assert intake.paths == {"/v1/reports"}


def test_patience_that_is_asked_for_is_given() -> None:
    intake = Intake()
    intake.script = [
        (429, {"retry-after": "3"}, {}),
        (503, {}, {}),
        (409, {}, {"type": "urn:tocsin:problem:idempotency-in-progress"}),
    ]
    _, waits = _send(intake)
    assert waits[0] == 3.0
    assert len(waits) == 3
    assert list(intake.taken) == ["once-1"]


def test_a_lost_answer_is_asked_for_again_under_the_same_key() -> None:
    intake = Intake()
    intake.drop_after = {0}
    _send(intake)
    assert intake.requests == 2
    assert list(intake.taken) == ["once-1"]


ANSWERS = [
    (422, {"problems": [PROBLEM]}, Refused),
    (409, {"type": "urn:tocsin:problem:idempotency-key-reused", "problems": [PROBLEM]}, Refused),
    (401, {"type": "urn:tocsin:problem:key-expired"}, Forbidden),
    (403, {}, Forbidden),
    (404, {}, Unavailable),
    (302, {}, Unavailable),
    (200, {"receipt": "x"}, Unavailable),
]


@pytest.mark.parametrize(("status", "content", "error"), ANSWERS, ids=[str(a[0]) for a in ANSWERS])
def test_each_other_answer_has_its_meaning(status: int, content: dict[str, object], error: type[Exception]) -> None:
    intake = Intake()
    intake.script = [(status, {}, content)]
    with pytest.raises(error) as raised:
        _send(intake)
    if isinstance(raised.value, Refused):
        assert [(p.code, p.path) for p in raised.value.problems] == [("enum", "/violation/types/0")]


def test_nobody_there_is_given_up_after_a_while() -> None:
    waits: list[float] = []
    door = OverHttp("http://127.0.0.1:9", "tcn_abc_secret", sleep=waits.append)
    with pytest.raises(Unavailable):
        door.send(REPORT, False, "once-1")
    door.close()
    assert 5 <= len(waits) <= 10


def test_only_https_leaves_this_machine() -> None:
    with pytest.raises(Forbidden, match="https"):
        OverHttp("http://intake.example", "tcn_abc_secret")
