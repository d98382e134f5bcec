"""No log line can tell who: whatever is logged, only listed keys, literal messages and class names come out."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from io import StringIO

import pytest

from tocsin.runtime.logs import WITHHELD, JsonLines, Throttle

NAME = "Amina Benkhelifa"


class Colour(StrEnum):
    RED = "red"


@pytest.fixture
def stream() -> StringIO:
    return StringIO()


@pytest.fixture
def log(stream: StringIO) -> Iterator[logging.Logger]:
    logger = logging.getLogger("tocsin.test_logs")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines("resolver"))
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    yield logger
    logger.removeHandler(handler)


def test_a_literal_message_and_listed_keys_are_printed(log: logging.Logger, stream: StringIO) -> None:
    log.info("report joined a case", extra={"case_id": "ab" * 16, "offset": 7, "state": Colour.RED, "attempt": None})
    line = json.loads(stream.getvalue())
    assert line["message"] == "report joined a case"
    assert (line["service"], line["level"], line["logger"]) == ("resolver", "INFO", "tocsin.test_logs")
    assert (line["case_id"], line["offset"], line["state"], line["attempt"]) == ("ab" * 16, 7, "red", None)


def _unlisted_key(log: logging.Logger) -> None:
    log.info("seen", extra={"name": NAME} if False else {"victim": NAME})


def _free_text_under_a_listed_key(log: logging.Logger) -> None:
    log.info("seen", extra={"code": NAME})


def _free_text_in_a_list(log: logging.Logger) -> None:
    log.info("seen", extra={"topics": ["tocsin.reports.v1", NAME]})


def _an_object_under_a_listed_key(log: logging.Logger) -> None:
    log.info("seen", extra={"code": {"name": NAME}})


def _f_string(log: logging.Logger) -> None:
    log.info(f"report of {NAME}")


def _concatenation(log: logging.Logger) -> None:
    log.info("report of " + NAME)


def _arguments(log: logging.Logger) -> None:
    log.info("report of %s", NAME)


def _exception_as_message(log: logging.Logger) -> None:
    log.error(ValueError(f"bad name {NAME}"))


def _text_of_an_exception(log: logging.Logger) -> None:
    try:
        raise ValueError(f"bad name {NAME}")
    except ValueError as error:
        log.error(str(error))


def _exception_with_trace(log: logging.Logger) -> None:
    try:
        try:
            raise KeyError(NAME)
        except KeyError as error:
            raise ValueError(f"bad name {NAME}") from error
    except ValueError:
        log.exception("the message could not be read")


def _stack(log: logging.Logger) -> None:
    log.info("here", stack_info=True)


LEAKS = [
    _unlisted_key,
    _free_text_under_a_listed_key,
    _free_text_in_a_list,
    _an_object_under_a_listed_key,
    _f_string,
    _concatenation,
    _arguments,
    _exception_as_message,
    _text_of_an_exception,
    _exception_with_trace,
    _stack,
]


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.__name__.strip("_"))
def test_free_text_never_comes_out(leak, log: logging.Logger, stream: StringIO) -> None:
    leak(log)
    assert stream.getvalue().count("\n") == 1
    assert "Amina" not in stream.getvalue()
    assert "Benkhelifa" not in stream.getvalue()


def test_a_withheld_message_names_its_place_in_the_code(log: logging.Logger, stream: StringIO) -> None:
    _f_string(log)
    line = json.loads(stream.getvalue())
    assert line["message"] == WITHHELD
    assert line["place"].startswith("test_logs:")


def test_unlisted_keys_are_counted(log: logging.Logger, stream: StringIO) -> None:
    _unlisted_key(log)
    assert json.loads(stream.getvalue())["unlisted_keys"] == 1


def test_an_exception_leaves_its_classes_and_its_places(log: logging.Logger, stream: StringIO) -> None:
    _exception_with_trace(log)
    line = json.loads(stream.getvalue())
    assert line["error"] == "builtins.ValueError"
    assert line["causes"] == ["builtins.KeyError"]
    assert line["trace"][0].endswith("_exception_with_trace")


def _record(name: str, line: int = 1) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "conn.py", line, "node not ready", None, None)


def test_a_broken_connection_does_not_flood_the_log() -> None:
    time = [0.0]
    throttle = Throttle(seconds=30, clock=lambda: time[0])
    passed = []
    for second in range(65):
        time[0] = float(second)
        record = _record("aiokafka.conn")
        if throttle.filter(record):
            passed.append((second, record.repeats))  # type: ignore[attr-defined]
    assert passed == [(0, 0), (30, 29), (60, 29)]


def test_another_message_and_our_own_messages_are_not_held_back() -> None:
    throttle = Throttle(seconds=30, clock=lambda: 0.0)
    assert throttle.filter(_record("aiokafka.conn", 1))
    assert throttle.filter(_record("aiokafka.conn", 2))
    assert all(throttle.filter(_record("tocsin.resolver")) for _ in range(3))


def test_the_chatter_of_a_library_under_our_name_is_dropped_and_its_warnings_are_not() -> None:
    place = "/usr/lib/python3/site-packages/mode/services.py"
    chatter = logging.LogRecord("tocsin.runtime.stream", logging.INFO, place, 1, "Starting", None, None)
    warning = logging.LogRecord("tocsin.runtime.stream", logging.WARNING, place, 1, "Crashed", None, None)
    assert not Throttle().filter(chatter)
    assert Throttle().filter(warning)


PROGRAM = """
import logging, warnings
from tocsin.runtime import logs
logs.configure("mailer", "INFO")
logging.getLogger("python_http_client").debug("Authorization: Bearer SG.secret")
logging.getLogger("python_http_client").info("Authorization: Bearer SG.secret")
logging.getLogger("tocsin.mailer").info("assigned")
warnings.warn("value is Amina", UserWarning)
raise RuntimeError("died on Amina")
"""


def test_a_configured_process_writes_only_json_even_when_it_dies() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=30, check=False)
    lines = [json.loads(line) for line in run.stderr.splitlines()]
    assert run.returncode == 1
    assert [line["message"] for line in lines] == ["assigned", WITHHELD, "uncaught exception"]
    assert lines[-1]["error"] == "builtins.RuntimeError"
    assert "Amina" not in run.stderr
    assert "SG.secret" not in run.stderr
