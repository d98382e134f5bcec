"""Logs that cannot tell who: JSON lines in which only listed keys, literal messages and class names appear.

A message is printed only if it stands in the code as it is: an f-string, or the text of an exception, is withheld and
the place in the code is given instead. Arguments of a message are never filled in; use listed keys.
"""

import json
import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

WITHHELD = "[withheld]"
_IDS = {"alert_id", "case_id", "delivery_id", "event_id", "finding_id", "recipient_id", "report_id", "review_id"}
_PLACES = {"consumer", "channel", "database", "group", "instance", "pid", "port", "service", "thread", "version"}
_STREAM = {"event_type", "key_version", "offset", "partition", "partitions", "topic", "topics"}
_CODES = {"cause", "code", "event", "kind", "level", "old", "new", "outcome", "priority", "problem", "rule", "signal"}
_ROLES = {"mandate", "mechanism", "provider_code", "publisher", "reference", "state", "status", "step"}
_NUMBERS = {"attempt", "attempts", "bytes", "count", "deaths", "pending", "revision", "round", "seconds"}
KEYS = frozenset(_IDS | _PLACES | _STREAM | _CODES | _ROLES | _NUMBERS)
_SAFE_TEXT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,199}")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "repeats", "taskName"}
_OURS = str(Path(__file__).parents[1])
_NOISY = ("aiokafka", "kafka", "faust", "mode", "uvicorn", "asyncio")
_FRAMES_SEARCHED = 24


def configure(service: str, level: str) -> None:
    """Send every log record of this process to stderr as JSON lines.

    level: ``INFO`` and so on; records of libraries start at WARNING.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(service))
    handler.addFilter(Throttle())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in (*_NOISY, "python_http_client", "sendgrid", "sqlalchemy", "alembic", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    if logging.getLogger().level > logging.DEBUG:
        logging.disable(logging.DEBUG)  # Faust computes its debug arguments otherwise
    logging.captureWarnings(True)  # a warning of pydantic shows the value
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object with nothing in it that is not allowed."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self.service,
            "logger": record.name,
            "message": _literal(record),
        }
        extra = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        line.update({key: _safe(value) for key, value in extra.items() if key in KEYS and key not in line})
        if hidden := len(extra.keys() - KEYS):
            line["unlisted_keys"] = hidden
        if repeats := getattr(record, "repeats", 0):
            line["repeats"] = repeats
        if line["message"] == WITHHELD:
            line["place"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            line.update(_describe(record.exc_info[1]))
        return json.dumps(line)


class Throttle(logging.Filter):
    """Lets each message of a noisy library through once in a while, and counts the rest (``repeats``)."""

    def __init__(self, seconds: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._seconds = seconds
        self._clock = clock
        self._seen: dict[tuple[str, int, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.split(".")[0] not in _NOISY:
            return record.levelno >= logging.WARNING or not _lent(record)
        key, at = (record.pathname, record.lineno, _error_name(record)), self._clock()
        last, repeats = self._seen.get(key, (None, 0))
        if last is not None and at - last < self._seconds:
            self._seen[key] = (last, repeats + 1)
            return False
        self._seen[key] = (at, 0)
        record.repeats = repeats
        return True


def _lent(record: logging.LogRecord) -> bool:
    """Whether a library speaks under our name: Faust's services tell their comings and goings so."""
    return record.name.startswith("tocsin.") and "site-packages" in record.pathname and _OURS not in record.pathname


def _literal(record: logging.LogRecord) -> str:
    """The message if some calling function contains it as a constant, else ``[withheld]``."""
    message = record.msg
    if isinstance(message, str) and any(message in frame.f_code.co_consts for frame in _callers()):
        return message
    return WITHHELD


def _callers() -> Iterator[FrameType]:
    """Frames that led to the log call, without those of logging itself and of this module."""
    frame: FrameType | None = sys._getframe(1)
    for _ in range(_FRAMES_SEARCHED):
        if frame is None:
            return
        yield frame
        frame = frame.f_back


def _safe(value: object) -> object:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(item) for item in value]
    return value if isinstance(value, str) and _SAFE_TEXT.fullmatch(value) else WITHHELD


def _error_name(record: logging.LogRecord) -> str:
    return type(record.exc_info[1]).__qualname__ if record.exc_info else ""


def _describe(error: BaseException) -> dict[str, object]:
    """Class names along the chain of causes, and where it was raised; never what the exception says."""
    chain: list[str] = []
    link: BaseException | None = error
    while link is not None and len(chain) < 8:
        chain.append(f"{type(link).__module__}.{type(link).__qualname__}")
        link = link.__cause__ or link.__context__
    places = [
        f"{_module(frame)}:{line} {frame.f_code.co_name}" for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return {"error": chain[0], "causes": chain[1:], "trace": places[-12:]}


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "?"))


def _log_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("tocsin").critical("uncaught exception", exc_info=(kind, error, trace))
