"""API keys and what each may do."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

SENDING = ("mail.send", "sender_verification_eligible", "2fa_required")
"""What a key for sending has; the last two come with every key."""
READING = (
    "messages.read",
    "suppression.read",
    "tracking_settings.read",
    "user.settings.enforced_tls.read",
    "user.webhooks.event.settings.read",
    "user.webhooks.parse.settings.read",
    "sender_verification_eligible",
    "2fa_required",
)
CHANGING = (
    "suppression.create",
    "suppression.delete",
    "tracking_settings.update",
    "user.settings.enforced_tls.update",
    "user.webhooks.event.settings.update",
    "user.webhooks.parse.settings.update",
)
EVERYTHING = tuple(dict.fromkeys((*SENDING, *READING, *CHANGING)))
_AREAS = {
    "/v3/suppression": "suppression",
    "/v3/asm/suppressions": "suppression",
    "/v3/tracking_settings": "tracking_settings",
    "/v3/user/settings/enforced_tls": "user.settings.enforced_tls",
    "/v3/user/webhooks/event": "user.webhooks.event.settings",
    "/v3/user/webhooks/parse": "user.webhooks.parse.settings",
    "/v3/user/webhooks/security": "user.webhooks.parse.settings",
}
_DEEDS = {"GET": "read", "POST": "create", "PATCH": "update", "DELETE": "delete"}


@dataclass(slots=True)
class Keys:
    """The account's keys, each with its scopes. Tests may change them."""

    scopes: dict[str, tuple[str, ...]]

    @classmethod
    def create(cls, sending_file: Path, reading_file: Path | None) -> "Keys":
        """One key that may do everything; with a file for a second key, one for sending and one for reading."""
        first = ensure_key(sending_file)
        if reading_file is None or reading_file == sending_file:
            return cls({first: EVERYTHING})
        return cls({first: SENDING, ensure_key(reading_file): READING})

    def of(self, authorization: str | None) -> tuple[str, ...] | None:
        """The scopes of a request's key; None if there is no such key."""
        kind, _, key = (authorization or "").partition(" ")
        return self.scopes.get(key) if kind == "Bearer" else None


def scope_of(method: str, path: str) -> str | None:
    """What a request needs; None: any key will do."""
    if path == "/v3/mail/send":
        return "mail.send"
    if path.startswith("/v3/logs"):
        return "messages.read"
    area = next((area for prefix, area in _AREAS.items() if path.startswith(prefix)), None)
    return f"{area}.{_DEEDS.get(method, 'update')}" if area else None


def ensure_key(path: Path) -> str:
    """The API key, made with mode 0600 if there is none yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"SG.{secrets.token_urlsafe(16)}.{secrets.token_urlsafe(32)}\n")
        try:
            os.link(draft, path)  # two first starts at once agree on one key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
