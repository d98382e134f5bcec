"""SendGrid as a ``Sender``, through its official client. What the client leaves open is closed here.

The client has no timeout of its own, logs the key and the body at DEBUG, keeps mutable headers that threads would
share, and wraps only HTTP errors; see ``deploy/decisions/0005-sendgrid-behind-a-sender.md``.
"""

import http.client
import logging
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from tocsin.mailer.sender import Accepted, Mail, Outcome, Rejected, RetryAfter, Unknown

MAX_TIMEOUT = 10.0
_UNREACHABLE_SECONDS = 1.0
_UNAUTHORISED_SECONDS = 30.0
_LONGEST_THROTTLE = timedelta(minutes=10)
_NEVER_LEFT = (ConnectionRefusedError, socket.gaierror)
"""Failures in which no byte has left the host."""
_OFF = {"enable": False}

logging.getLogger("python_http_client.client").disabled = True  # at DEBUG it prints the key and the mail


class Clients:
    """One client for each thread, with the key as it stands in the file now.

    host: ``https://…``; the region is part of it.
    """

    def __init__(self, host: str, key_file: Path, timeout: float) -> None:
        self._host, self._key_file, self._timeout = host, key_file, min(timeout, MAX_TIMEOUT)
        self._local = threading.local()

    def current(self) -> Any:
        """The thread's client, made anew when the key has changed."""
        key = self._key_file.read_text().strip() if self._key_file.exists() else ""
        if getattr(self._local, "key", None) != key:
            client = SendGridAPIClient(api_key=key or "absent", host=self._host).client
            client.timeout = self._timeout
            self._local.client, self._local.key = client, key
        return self._local.client


class SendGridSender:
    """Sends one mail per request, so that recipients have their own outcome and never see each other."""

    def __init__(self, clients: Clients, mail_from: str, clock: Callable[[], datetime], sandbox: bool = False) -> None:
        self._clients, self._from, self._clock, self._sandbox = clients, mail_from, clock, sandbox

    def send(self, mail: Mail) -> Outcome:
        body = payload(mail, self._from, self._sandbox)
        try:
            answer = self._clients.current().mail.send.post(request_body=body)
        except HTTPError as refusal:
            return _of_status(refusal.status_code, _header(refusal.headers, "X-RateLimit-Reset"), self._clock())
        except URLError as failure:
            return self._of_failure(failure)
        except (OSError, http.client.HTTPException) as failure:  # cut off or too slow: it may have been accepted
            return Unknown(type(failure).__name__)
        return self._of_success(answer)

    def _of_success(self, answer: Any) -> Outcome:
        if answer.status_code == 202 or (self._sandbox and answer.status_code == 200):
            return Accepted(_header(answer.headers, "X-Message-Id") or "")
        return Unknown(f"http-{answer.status_code}")

    def _of_failure(self, failure: URLError) -> Outcome:
        if isinstance(failure.reason, _NEVER_LEFT):
            return RetryAfter(self._clock() + timedelta(seconds=_UNREACHABLE_SECONDS), "unreachable")
        return Unknown(type(failure.reason).__name__)


def payload(mail: Mail, mail_from: str, sandbox: bool = False) -> dict[str, Any]:
    """The body of ``POST /v3/mail/send``. Nothing in it tells what the case is about but the mail itself."""
    if "\n" in mail.subject or "\r" in mail.subject:
        raise ValueError("a subject is one line")
    return {
        "personalizations": [
            {"to": [{"email": mail.to}], "custom_args": {"d": mail.delivery_id, "a": str(mail.attempt)}}
        ],
        "from": {"email": mail_from, "name": "Tocsin"},
        "subject": mail.subject,
        "content": [{"type": "text/plain", "value": mail.text}, {"type": "text/html", "value": mail.html}],
        "headers": mail.headers,
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": _OFF,
            "subscription_tracking": _OFF,
            "ganalytics": _OFF,
        },
        "mail_settings": {"footer": _OFF, "sandbox_mode": {"enable": sandbox}},
    }


def _of_status(status: int, reset: str | None, now: datetime) -> Outcome:
    if status == 429:
        return RetryAfter(_reset_time(reset, now), "throttled")
    if status in {401, 403}:
        return RetryAfter(now + timedelta(seconds=_UNAUTHORISED_SECONDS), "unauthorised")
    if 400 <= status < 500:
        return Rejected(f"http-{status}")
    return Unknown(f"http-{status}")


def _reset_time(reset: str | None, now: datetime) -> datetime:
    """When the provider takes mail again (epoch seconds), within reason."""
    try:
        at = datetime.fromtimestamp(int(reset or ""), UTC)
    except (ValueError, OverflowError, OSError):
        return now + timedelta(seconds=_UNREACHABLE_SECONDS)
    return min(max(at, now), now + _LONGEST_THROTTLE)


def _header(headers: Any, name: str) -> str | None:
    value = headers.get(name) if headers is not None else None
    return None if value is None else str(value)
