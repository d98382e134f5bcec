"""What SendGrid says of our account: how it is set, what a key may do, and whose mail it drops. Read only."""

import http.client
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from python_http_client.exceptions import HTTPError

from tocsin.mailer.providers.sendgrid import Clients

LISTS = ("bounces", "blocks", "spam_reports", "invalid_emails", "unsubscribes")
"""On which an address may be, each with its own reason."""
PAGE = 500
_MOST_PAGES = 2000


class NotTold(Exception):
    """The provider does not tell, at present or with this key. It says why as a code, such as ``http-403``."""


class Suppressed(NamedTuple):
    address: str
    since: datetime


class Account:
    """Asks with a key that may read. Every method raises NotTold."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def tracking(self) -> list[str]:
        """Which kinds of tracking are on, for text too."""
        found = self._get("tracking_settings")
        on = [str(setting["name"]) for setting in _rows(found, "result") if setting.get("enabled")]
        return [*on, "click_in_text"] if self._get("tracking_settings/click").get("enable_text") else on

    def enforces_tls(self) -> bool:
        return self._get("user/settings/enforced_tls").get("require_tls") is True

    def event_webhooks(self) -> list[dict[str, Any]]:
        """Those that are enabled, each with ``url`` and, where it signs, ``public_key``."""
        found = _rows(self._get("user/webhooks/event/settings/all"), "webhooks")
        return [webhook for webhook in found if webhook.get("enabled")]

    def scopes(self) -> list[str]:
        """What the key may do."""
        return [str(scope) for scope in _rows(self._get("scopes"), "scopes")]

    def clock(self) -> datetime:
        """The provider's own time, to the second."""
        return self._ask("scopes", {})[1]

    def suppressed(self, name: str) -> Iterator[Suppressed]:
        """One of ``LISTS``, page by page."""
        for page in range(_MOST_PAGES):
            rows = self._get(f"suppression/{name}", limit=PAGE, offset=page * PAGE)
            if not isinstance(rows, list):
                raise NotTold("unreadable")
            for row in rows:
                yield _suppressed(row)
            if len(rows) < PAGE:
                return
        raise NotTold("too-long")

    def _get(self, path: str, **query: int) -> Any:
        return self._ask(path, query)[0]

    def _ask(self, path: str, query: Mapping[str, int]) -> tuple[Any, datetime]:
        try:
            answer = self._clients.current()._(path).get(query_params=query)
            return json.loads(answer.body), _date(answer.headers)
        except HTTPError as refusal:
            raise NotTold(f"http-{refusal.status_code}") from None
        except (OSError, http.client.HTTPException) as failure:
            raise NotTold(type(failure).__name__) from None
        except ValueError:
            raise NotTold("unreadable") from None


def _rows(found: Any, name: str) -> list[Any]:
    rows = found.get(name) if isinstance(found, dict) else None
    if not isinstance(rows, list):
        raise NotTold("unreadable")
    return rows


def _suppressed(row: Any) -> Suppressed:
    try:
        return Suppressed(str(row["email"]), datetime.fromtimestamp(int(row["created"]), UTC))
    except (TypeError, KeyError, ValueError, OverflowError, OSError):
        raise NotTold("unreadable") from None


def _date(headers: Any) -> datetime:
    """Raises ValueError if there is none."""
    at = parsedate_to_datetime(headers.get("Date") or "")
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
