"""Sending by the HTTP intake: one request for each report, with a key under which it is taken once."""

import time
from typing import Any

import httpx

from tocsin.importing.sending.asking import Server, Sleep
from tocsin.importing.sending.doors import Forbidden, Refused, Unavailable
from tocsin_schemas.events import CONTENT_TYPE
from tocsin_schemas.problems import Problem
from tocsin_schemas.reports import Report
from tocsin_schemas.topics import PREFIX

TIMEOUT = httpx.Timeout(30.0, connect=5.0)


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
        sleep: Sleep = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"authorization": f"Bearer {api_key}", "content-type": CONTENT_TYPE, "accept-language": language}
        self._intake = Server("the intake", base, headers, TIMEOUT, sleep, transport)

    def send(self, report: Report, correction: bool, once: str) -> str:
        """The kind of event is a header: a reference in the address would stand in the logs of whoever is between."""
        kind = "report.corrected" if correction else "report.submitted"
        headers = {"idempotency-key": f'"{once}"', "ce-type": PREFIX + kind}
        body = report.model_dump_json(exclude_none=True).encode()
        return _receipt(self._intake.ask("POST", "/v1/reports", _in_progress, content=body, headers=headers))

    def close(self) -> None:
        self._intake.close()


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
