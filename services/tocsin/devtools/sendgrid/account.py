"""The account at the provider: its suppression lists and settings. All of it can be set wrong on purpose."""

import json
import threading
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

from tocsin.devtools.sendgrid.outcomes import Event

REASONS = {
    "bounces": "Bounced Address",
    "spam_reports": "Spam Reporting Address",
    "unsubscribes": "Unsubscribed Address",
    "invalid_emails": "Invalid",
}
"""The lists that stop later mail, with the reason that its ``dropped`` event gives."""
LISTS = (*REASONS, "blocks")
"""``blocks`` is kept, and stops nothing."""
_TRACKING: dict[str, dict[str, Any]] = {
    "click": {"enabled": False, "enable_text": False},
    "google_analytics": {
        "enabled": False, "utm_campaign": "", "utm_content": "", "utm_medium": "", "utm_source": "", "utm_term": "",
    },
    "open": {"enabled": False},
    "subscription": {
        "enabled": False, "html_content": "", "landing": "", "plain_content": "", "replace": "", "url": "",
    },
}  # fmt: skip
_REPORTED = dict.fromkeys(
    ("processed", "dropped", "deferred", "delivered", "bounce", "spam_report", "unsubscribe"), True
) | dict.fromkeys(("open", "click", "group_resubscribe", "group_unsubscribe", "account_status_change"), False)
EVENT_WEBHOOK_ID = "77d4a5da-7015-11ed-a1eb-0242ac120002"
POLICY_ID = "2f9a1c1e-5d0b-4b0e-9c0a-6f1f1f8f2c11"


class Account:
    """Settings as the API gives them, and suppressed addresses by list.

    settings: ``tracking``, ``enforced_tls``, ``event_webhooks``, ``parse_settings`` and ``policies``; open to tests.
    verified_senders: None: any address may send.
    """

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        self._path, self._lock = path, threading.RLock()
        self.settings: dict[str, Any] = deepcopy(_defaults()) | settings
        self.verified_senders: set[str] | None = None
        self._lists: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in LISTS}
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            kept = json.loads(path.read_text())
            self._lists |= kept["lists"]
            self.settings["tracking"], self.settings["enforced_tls"] = kept["tracking"], kept["enforced_tls"]

    def suppress(self, name: str, address: str, at: datetime, reason: str = "", status: str = "") -> None:
        """Put an address on a list. name: one of ``LISTS``."""
        record: dict[str, Any] = {"at": at.timestamp(), "created": int(at.timestamp()), "email": address}
        if name in {"bounces", "blocks"}:
            record |= {"reason": reason or "550 5.1.1 the account does not exist", "status": status or "5.1.1"}
        elif name == "spam_reports":
            record["ip"] = "127.0.0.1"
        elif name == "invalid_emails":
            record["reason"] = reason or "Mail domain mentioned in email address is unknown"
        with self._lock:
            self._lists[name].setdefault(address.casefold(), record)
            self.save()

    def release(self, name: str, addresses: Iterable[str] | None = None) -> bool:
        """Take addresses off a list (None: all). False if one was not on it."""
        with self._lock:
            wanted = list(self._lists[name]) if addresses is None else [a.casefold() for a in addresses]
            found = [self._lists[name].pop(address, None) for address in wanted]
            self.save()
        return None not in found

    def suppressed(self, name: str, now: datetime) -> list[dict[str, Any]]:
        """One list, oldest first."""
        with self._lock:
            records = sorted(self._lists[name].values(), key=lambda record: float(record["at"]))
        found = (record for record in records if record["at"] <= now.timestamp())
        return [{name: value for name, value in record.items() if name != "at"} for record in found]

    def why_dropped(self, address: str, now: datetime) -> str | None:
        """The reason of the list that the address is on."""
        with self._lock:
            for name, reason in REASONS.items():
                record = self._lists[name].get(address.casefold())
                if record is not None and record["at"] <= now.timestamp():
                    return reason
        return None

    def note(self, events: Iterable[tuple[datetime, Event]]) -> None:
        """What becomes of a mail puts its address on a list, from the time of the event on."""
        for at, event in events:
            if event["event"] == "bounce":
                name = "bounces" if event["type"] == "bounce" else "blocks"
                self.suppress(name, event["email"], at, event["reason"], event["status"])
            elif event["event"] == "spamreport":
                self.suppress("spam_reports", event["email"], at)

    def save(self) -> None:
        """Keep lists and settings for the next start."""
        with self._lock:
            kept = {"lists": self._lists, **{name: self.settings[name] for name in ("tracking", "enforced_tls")}}
            draft = self._path.with_suffix(".draft")
            draft.write_text(json.dumps(kept))
            draft.replace(self._path)


def _defaults() -> dict[str, Any]:
    """An account as it should be."""
    return {
        "tracking": _TRACKING,
        "enforced_tls": {"require_tls": True, "require_valid_cert": False, "version": 1.2},
        "event_webhooks": [],
        "parse_settings": [],
        "policies": [],
    }


def webhooks(events_url: str, events_key: str, inbound_url: str, inbound_key: str, hostname: str) -> dict[str, Any]:
    """The settings of an account whose posts go to our webhooks, signed. Keys: base64, as the API gives them."""
    made = {"created_date": "2026-01-05T09:00:00Z", "updated_date": "2026-01-05T09:00:00Z"}
    event = {"enabled": True, "url": events_url, **_REPORTED, "friendly_name": "tocsin", "id": EVENT_WEBHOOK_ID}
    parse = {"url": inbound_url, "hostname": hostname, "spam_check": False, "send_raw": True}
    return {
        "event_webhooks": [event | made | {"public_key": events_key}],
        "parse_settings": [parse | {"security_policy": POLICY_ID}],
        "policies": [{"id": POLICY_ID, "name": "tocsin", "signature": {"public_key": inbound_key}}],
    }
