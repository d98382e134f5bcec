"""Sending by the HTTP intake: one request for each report, with a key under which it is taken once."""

import time
from collections.abc import Callable
from typing import Any

import httpx

from tocsin.importing.sending import Forbidden, Refused, Unavailable
from tocsin.importing.waiting import MAX_TRIES, is_passing, pause
from tocsin_schemas.events import CONTENT_TYPE
from tocsin_schemas.problems import Problem
from tocsin_schemas.reports import Report
from tocsin_schemas.topics import PREFIX

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class OverHttp:
    """A door.

    base: the intake's address; only ``https``, unless it is on this machine. api_key: the whole key.
    sleep: seconds between tries. transport: of httpx, in place of the network.
    """

    def __init__(
        self,
        base: str,
        api_key: str,
        language: str = "en",
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        address = httpx.URL(base)
        if address.scheme != "https" and address.host not in _LOOPBACK:
            raise Forbidden("the intake must be reached by https")
        headers = {"authorization": f"Bearer {api_key}", "content-type": CONTENT_TYPE, "accept-language": language}
        self._client = httpx.Client(base_url=address, headers=headers, timeout=TIMEOUT, transport=transport)
        self._sleep = sleep

    def send(self, report: Report, correction: bool, once: str) -> str:
        """The kind of event is a header: a reference in the address would stand in the logs of whoever is between."""
        kind = "report.corrected" if correction else "report.submitted"
        headers = {"idempotency-key": f'"{once}"', "ce-type": PREFIX + kind}
        body = report.model_dump_json(exclude_none=True).encode()
        for attempt in range(MAX_TRIES):
            try:
                answer = self._client.post("/v1/reports", content=body, headers=headers)
            except httpx.TransportError:
                self._sleep(pause(attempt, None))
                continue
            if not is_passing(answer.status_code) and not _in_progress(answer):
                return _receipt(answer)
            self._sleep(pause(attempt, answer.headers.get("retry-after")))
        raise Unavailable("the intake does not answer, or asks for patience")

    def close(self) -> None:
        self._client.close()


def _receipt(answer: httpx.Response) -> str:
    content = _content(answer)
    if answer.status_code == 202 and isinstance(content.get("receipt"), str):
        return str(content["receipt"])
    if answer.status_code in (401, 403):
        raise Forbidden(f"the intake refuses the key ({_code(content)})")
    if answer.status_code in (400, 409, 413, 422):
        raise Refused(_problems(content))
    raise Unavailable(f"the intake answered {answer.status_code}")


def _in_progress(answer: httpx.Response) -> bool:
    """The same report is being taken right now, for an earlier try."""
    return answer.status_code == 409 and "idempotency-in-progress" in answer.text


def _problems(content: dict[str, Any]) -> list[Problem]:
    told = [p for p in content.get("problems", ()) if isinstance(p, dict)]
    found = [Problem(str(p.get("code")), str(p.get("pointer", "")), str(p.get("detail", ""))) for p in told]
    return found or [Problem("refused", "", "the intake refused the report")]


def _code(content: dict[str, Any]) -> str:
    return str(content.get("type", "")).rpartition(":")[2] or "no reason given"


def _content(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
