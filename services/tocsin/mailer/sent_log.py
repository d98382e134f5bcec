"""SendGrid's Email Logs as a ``SentLog``: there is no idempotency key, so doubt is settled by looking."""

import http.client
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from python_http_client.exceptions import HTTPError

from tocsin.domain.following.delivery import OBSERVATION_OF_STATUS
from tocsin.mailer.sender import LogUnavailable, Sent
from tocsin.mailer.sendgrid import Clients
from tocsin_schemas.deliveries import DeliveryState

_CLOCKS_MAY_DIFFER = timedelta(minutes=2)
_LIMIT = 1000


class SendGridLog:
    """Searches by recipient and time, then compares ``custom_args``, by which the log cannot be filtered."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def find(self, delivery_id: str, to: str, reference: str, since: datetime) -> Sent | None:
        try:
            return self._find(delivery_id, to, reference, since)
        except (HTTPError, OSError, http.client.HTTPException, ValueError) as error:
            raise LogUnavailable(type(error).__name__) from None

    def _find(self, delivery_id: str, to: str, reference: str, since: datetime) -> Sent | None:
        logs = self._clients.current().logs
        found = _json(logs.post(request_body={"query": query(to, since), "limit": _LIMIT}))
        for message in found["messages"]:
            if reference not in message["subject"]:
                continue
            detail = _json(logs._(message["sg_message_id"]).get())
            if detail.get("custom_args", {}).get("d") == delivery_id:
                state = OBSERVATION_OF_STATUS.get(detail["status"], DeliveryState.ACCEPTED)
                return Sent(state, detail["sg_message_id"])
        return None


def query(to: str, since: datetime) -> str:
    """The log's own query language; quotes in an address are left out, for it knows no way to escape them."""
    start = (since - _CLOCKS_MAY_DIFFER).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    address = to.replace("'", "").replace('"', "")
    return f"to_email = '{address}' AND sg_message_id_created_at >= TIMESTAMP \"{start}\""


def _json(answer: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(answer.body)
    return body
