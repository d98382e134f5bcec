"""An HTTP intake for tests of those who send to it: takes each key once, and fails as it is told.

Shapes: ``tocsin/intake/api/routes.py`` and ``api/answers.py``.
"""

import json
from contextlib import AbstractContextManager
from typing import Any

from loopback import Handler, on_loopback


class Intake:
    """taken: body and kind of event by ``Idempotency-Key``. script: what is answered first, before anything is taken."""

    def __init__(self, api_key: str = "tcn_abc_secret") -> None:
        self.api_key = api_key
        self.taken: dict[str, tuple[dict[str, Any], str]] = {}
        self.script: list[tuple[int, dict[str, str], dict[str, Any]]] = []
        self.drop_after: set[int] = set()
        """Requests, 0 the first, that are taken and whose answer is lost."""
        self.requests = 0
        self.paths: set[str] = set()


class _Handler(Handler):
    intake: Intake

    def respond(self) -> None:
        intake = self.intake
        number, intake.requests = intake.requests, intake.requests + 1
        intake.paths.add(self.path)
        body = json.loads(self.content())
        if intake.script:
            status, headers, content = intake.script.pop(0)
            self.answer(status, content, headers)
        elif self.headers["authorization"] != f"Bearer {intake.api_key}":
            self.answer(401, {"type": "urn:tocsin:problem:key-unknown", "problems": []})
        else:
            once = self.headers["idempotency-key"].strip('"')
            known = intake.taken.setdefault(once, (body, self.headers["ce-type"]))
            assert known == (body, self.headers["ce-type"]), "a key is used for one event"
            if number in intake.drop_after:
                self.connection.close()
                return
            self.answer(202, {"receipt": "r" * 60, "status": "received", "problems": []})


def taking(intake: Intake) -> AbstractContextManager[str]:
    """The address of the intake."""
    return on_loopback(_Handler, intake=intake)
