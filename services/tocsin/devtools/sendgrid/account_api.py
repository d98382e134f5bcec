"""The account's endpoints: suppression lists, tracking, enforced TLS, webhooks."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from tocsin.devtools.sendgrid.account import LISTS, Account
from tocsin.devtools.sendgrid.answers import Answer, as_json, refusal

Query = Mapping[str, list[str]]
_NOT_FOUND = "not found"
_PAGE = 500


class Asked:
    """One request to the account. ``body``: its JSON object; empty if there is none."""

    def __init__(self, method: str, path: str, query: Query, body: bytes, now: datetime) -> None:
        self.method, self.path, self.query, self.now = method, path, query, now
        found = json.loads(body) if body else {}
        if not isinstance(found, dict):
            raise ValueError("the body is no object")
        self.body: dict[str, Any] = found

    def number(self, name: str, default: int) -> int:
        return int(next(iter(self.query.get(name, ())), default))


def answer(account: Account, asked: Asked) -> Answer:
    """Answers a request that a key may make; 404 for what is no endpoint."""
    for pattern, respond in _ROUTES:
        if match := re.fullmatch(pattern, asked.path):
            return respond(account, asked, *(unquote(part) for part in match.groups()))
    return refusal(404, _NOT_FOUND)


def _list(account: Account, asked: Asked, name: str) -> Answer:
    if name not in LISTS:
        return refusal(404, _NOT_FOUND)
    if asked.method == "GET":
        start, end = asked.number("start_time", 0), asked.number("end_time", 1 << 40)
        begins = next(iter(asked.query.get("email", ())), "").casefold()
        found = [
            record
            for record in account.suppressed(name, asked.now)
            if start <= record["created"] <= end and record["email"].casefold().startswith(begins)
        ]
        offset, limit = asked.number("offset", 0), asked.number("limit", _PAGE)
        return as_json(200, found[offset : offset + max(1, min(limit, _PAGE))])
    if asked.method != "DELETE" or name == "unsubscribes":
        return refusal(405, "method not allowed")
    if not asked.body.get("delete_all") and not asked.body.get("emails"):
        return refusal(400, "emails or delete_all must be given")
    account.release(name, None if asked.body.get("delete_all") else asked.body["emails"])
    return Answer(204)


def _suppressed(account: Account, asked: Asked, name: str, address: str) -> Answer:
    if name not in LISTS:
        return refusal(404, _NOT_FOUND)
    if asked.method == "DELETE":
        return Answer(204) if account.release(name, [address]) else refusal(404, "email does not exist")
    found = [r for r in account.suppressed(name, asked.now) if r["email"].casefold() == address.casefold()]
    return as_json(200, found)


def _unsubscribe(account: Account, asked: Asked) -> Answer:
    addresses = [str(address) for address in asked.body.get("recipient_emails", [])]
    if asked.method != "POST":
        return refusal(405, "method not allowed")
    for address in addresses:
        account.suppress("unsubscribes", address, asked.now)
    return as_json(201, {"recipient_emails": addresses})


def _unsubscribed(account: Account, asked: Asked, address: str) -> Answer:
    if asked.method == "DELETE":
        return Answer(204) if account.release("unsubscribes", [address]) else refusal(404, "email does not exist")
    on_it = any(r["email"].casefold() == address.casefold() for r in account.suppressed("unsubscribes", asked.now))
    return as_json(200, {"recipient_email": address} if on_it else {})


def _tracking(account: Account, _: Asked) -> Answer:
    found = [
        {"name": name, "title": f"{name.replace('_', ' ').title()} Tracking", "description": "", **_enabled(setting)}
        for name, setting in account.settings["tracking"].items()
    ]
    return as_json(200, {"result": found})


def _enabled(setting: Mapping[str, Any]) -> dict[str, bool]:
    return {"enabled": bool(setting["enabled"])}


def _tracking_of(account: Account, asked: Asked, name: str) -> Answer:
    setting = account.settings["tracking"].get(name)
    return refusal(404, _NOT_FOUND) if setting is None else _changed(account, asked, setting)


def _enforced_tls(account: Account, asked: Asked) -> Answer:
    return _changed(account, asked, account.settings["enforced_tls"])


def _changed(account: Account, asked: Asked, setting: dict[str, Any]) -> Answer:
    """GET gives a setting; PATCH changes what it has, and keeps it."""
    if asked.method == "PATCH":
        unknown = sorted(set(asked.body) - set(setting))
        if unknown:
            return refusal(400, "unknown setting", unknown[0])
        setting.update(asked.body)
        account.save()
    elif asked.method != "GET":
        return refusal(405, "method not allowed")
    return as_json(200, setting)


def _event_webhooks(account: Account, _: Asked) -> Answer:
    return as_json(200, {"max_allowed": 5, "webhooks": account.settings["event_webhooks"]})


def _event_webhook(account: Account, asked: Asked, webhook_id: str = "") -> Answer:
    """Without an id, the oldest."""
    found = _by_id(account.settings["event_webhooks"], webhook_id)
    return refusal(404, "Invalid id provided.") if found is None else _changed(account, asked, found)


def _signed_webhook(account: Account, _: Asked, webhook_id: str = "") -> Answer:
    found = _by_id(account.settings["event_webhooks"], webhook_id)
    if found is None:
        return refusal(404, "Invalid id provided.")
    return as_json(200, {"id": webhook_id, "public_key": found.get("public_key", "")})


def _parse_settings(account: Account, _: Asked) -> Answer:
    return as_json(200, {"result": account.settings["parse_settings"]})


def _parse_setting(account: Account, asked: Asked, hostname: str) -> Answer:
    found = next((s for s in account.settings["parse_settings"] if s["hostname"] == hostname), None)
    return refusal(404, _NOT_FOUND) if found is None else _changed(account, asked, found)


def _policies(account: Account, _: Asked) -> Answer:
    return as_json(200, {"policies": account.settings["policies"]})


def _policy(account: Account, _: Asked, policy_id: str) -> Answer:
    found = _by_id(account.settings["policies"], policy_id)
    return refusal(404, _NOT_FOUND) if found is None else as_json(200, {"policy": found})


def _by_id(found: list[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    return next((one for one in found if not wanted or one["id"] == wanted), None)


_ROUTES: tuple[tuple[str, Callable[..., Answer]], ...] = (
    (r"/v3/suppression/([a-z_]+)", _list),
    (r"/v3/suppression/([a-z_]+)/([^/]+)", _suppressed),
    (r"/v3/asm/suppressions/global", _unsubscribe),
    (r"/v3/asm/suppressions/global/([^/]+)", _unsubscribed),
    (r"/v3/tracking_settings", _tracking),
    (r"/v3/tracking_settings/([a-z_]+)", _tracking_of),
    (r"/v3/user/settings/enforced_tls", _enforced_tls),
    (r"/v3/user/webhooks/event/settings/all", _event_webhooks),
    (r"/v3/user/webhooks/event/settings/signed", _signed_webhook),
    (r"/v3/user/webhooks/event/settings/signed/([^/]+)", _signed_webhook),
    (r"/v3/user/webhooks/event/settings", _event_webhook),
    (r"/v3/user/webhooks/event/settings/([^/]+)", _event_webhook),
    (r"/v3/user/webhooks/parse/settings", _parse_settings),
    (r"/v3/user/webhooks/parse/settings/([^/]+)", _parse_setting),
    (r"/v3/user/webhooks/security/policies", _policies),
    (r"/v3/user/webhooks/security/policies/([^/]+)", _policy),
)
