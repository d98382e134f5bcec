"""SendGrid's Email Logs as a ``SentLog``: there is no idempotency key, so doubt is settled by looking."""

import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from python_http_client.exceptions import HTTPError

from tocsin.domain.following.delivery import OBSERVATION_OF_STATUS
from tocsin.mailer.providers.sendgrid import Clients
from tocsin.mailer.sender import LogUnavailable, Sent
from tocsin_schemas.deliveries import DeliveryState

_CLOCKS_MAY_DIFFER = timedelta(minutes=2)
_LIMIT = 1000


class SendGridLog:
    """Searches by recipient and time, then compares ``custom_args``, by which the log cannot be filtered."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def find(self, delivery_id: str, to: str, reference: str, since: datetime) -> Sent | None:
        return next(self._asked(delivery_id, to, reference, since), None)

    def copies(self, delivery_id: str, to: str, reference: str, since: datetime) -> list[Sent]:
        return list(self._asked(delivery_id, to, reference, since))

    def _asked(self, delivery_id: str, to: str, reference: str, since: datetime) -> Iterator[Sent]:
        try:
            yield from self._found(delivery_id, to, reference, since)
        except (HTTPError, OSError, http.client.HTTPException, ValueError, LookupError, TypeError) as error:
            raise LogUnavailable(type(error).__name__) from None

    def _found(self, delivery_id: str, to: str, reference: str, since: datetime) -> Iterator[Sent]:
        logs = self._clients.current().logs
        found = _json(logs.post(request_body={"query": query(to, since), "limit": _LIMIT}))
        for message in found["messages"]:
            if reference not in message["subject"]:
                continue
            detail = _json(logs._(message["sg_message_id"]).get())
            made = detail.get("custom_args") or {}
            if made.get("d") == delivery_id:
                state = OBSERVATION_OF_STATUS.get(detail["status"], DeliveryState.ACCEPTED)
                yield Sent(state, detail["sg_message_id"], attempt_from(made.get("a")))


def attempt_from(told: object) -> int | None:
    """The attempt that a mail was marked with."""
    return int(told) if isinstance(told, str) and told.isascii() and told.isdigit() and 0 < len(told) < 7 else None


def query(to: str, since: datetime) -> str:
    """The log's own query language; quotes in an address are left out, for it knows no way to escape them."""
    start = (since - _CLOCKS_MAY_DIFFER).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    address = to.replace("'", "").replace('"', "")
    return f"to_email = '{address}' AND sg_message_id_created_at >= TIMESTAMP \"{start}\""


def _json(answer: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(answer.body)
    return body
