"""SendGrid as a ``Sender``, through its official client. What the client leaves open is closed here.

The client has no timeout of its own, logs the key and the body at DEBUG, keeps mutable headers that threads would
share, and wraps only HTTP errors; see ``deploy/decisions/0005-sendgrid-behind-a-sender.md``.
"""

import http.client
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError

import python_http_client
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from tocsin.mailer.providers.deadline import Deadline, NeverLeft, bounded_opener
from tocsin.mailer.providers.pacing import exhausted_until, resume_at
from tocsin.mailer.providers.sendgrid_payload import payload, probe_of
from tocsin.mailer.providers.soundness import Unsound
from tocsin.mailer.sender import Accepted, Mail, Outcome, Rejected, RetryAfter, Unknown

PROVIDER = "sendgrid"
MAX_TIMEOUT = 10.0
_UNREACHABLE = timedelta(seconds=1)
_UNAUTHORISED = timedelta(seconds=30)

log = logging.getLogger(__name__)
_leaking = logging.getLogger("python_http_client.client")  # at DEBUG it prints the key and the mail
_leaking.disabled = True
_leaking.addFilter(lambda _: False)  # ``logging.config`` may enable it again; this it leaves alone


class Client(python_http_client.Client):  # type: ignore[misc]  # it has no types
    """The official client, whose calls end in time, follow no redirect and print nothing."""

    def _build_client(self, name: str | None = None) -> "Client":
        path = [*self._url_path, name] if name else self._url_path
        return Client(self.host, self.request_headers, self._version, path, self.append_slash, self.timeout)

    def _make_request(self, _opener: Any, request: Any, timeout: float | None = None) -> Any:
        seconds = min(timeout or self.timeout, MAX_TIMEOUT)
        return super()._make_request(bounded_opener(Deadline(seconds)), request, seconds)


class Clients:
    """One client for each thread, with the key as it stands in the file now.

    host: ``https://…``; the region is part of it. timeout: seconds for a whole call.
    """

    def __init__(self, host: str, key_file: Path, timeout: float) -> None:
        self._host, self._key_file, self._timeout = host, key_file, min(timeout, MAX_TIMEOUT)
        self._local = threading.local()

    def current(self) -> Any:
        """The thread's client, made anew when the key has changed."""
        key = self._key_file.read_text().strip() if self._key_file.exists() else ""
        if getattr(self._local, "key", None) != key:
            official = SendGridAPIClient(api_key=key or "absent", host=self._host).client
            self._local.client = Client(self._host, official.request_headers, version=3, timeout=self._timeout)
            self._local.key = key
        return self._local.client


class SendGridSender:
    """Sends one mail per request, so that recipients have their own outcome and never see each other."""

    def __init__(self, clients: Clients, mail_from: str, clock: Callable[[], datetime], sandbox: bool = False) -> None:
        self._clients, self._from, self._clock, self._sandbox = clients, mail_from, clock, sandbox
        self._exhausted_until: datetime | None = None

    def send(self, mail: Mail) -> Outcome:
        try:
            body = payload(mail, self._from, self._sandbox)
        except Unsound as unsound:
            return Rejected(unsound.code)
        exhausted = self._exhausted_until
        if exhausted is not None and self._clock() < exhausted:
            return RetryAfter(exhausted, "throttled")
        return self._post(body, self._sandbox)

    def ask(self) -> Outcome:
        """What would become of a mail now. It is checked like any other, and goes nowhere."""
        return self._post(probe_of(self._from), sandbox=True)

    def probe(self) -> bool:
        return isinstance(self.ask(), Accepted)

    def _post(self, body: dict[str, Any], sandbox: bool) -> Outcome:
        try:
            answer = self._clients.current().mail.send.post(request_body=body)
        except HTTPError as refusal:
            return self._of_refusal(refusal)
        except URLError as failure:
            return self._of_failure(failure)
        except (OSError, http.client.HTTPException) as failure:  # cut off or too slow: it may have been accepted
            return Unknown(type(failure).__name__, PROVIDER)
        self._exhausted_until = exhausted_until(answer.headers, self._clock())
        if answer.status_code == (200 if sandbox else 202):
            return Accepted(answer.headers.get("X-Message-Id") or "", PROVIDER)
        return Unknown(f"http-{answer.status_code}", PROVIDER)

    def _of_refusal(self, refusal: HTTPError) -> Outcome:
        status, now = refusal.status_code, self._clock()
        if status == 429:
            return RetryAfter(resume_at(refusal.headers or {}, now), "throttled")
        if status in {401, 403}:
            log.error("the provider refuses the key or the sender", extra={"provider": PROVIDER, "code": status})
            return RetryAfter(now + _UNAUTHORISED, "unauthorised")
        if 400 <= status < 500:
            return Rejected(f"http-{status}")
        return Unknown(f"http-{status}", PROVIDER)

    def _of_failure(self, failure: URLError) -> Outcome:
        if isinstance(failure.reason, NeverLeft):
            return RetryAfter(self._clock() + _UNREACHABLE, "unreachable")
        return Unknown(type(failure.reason).__name__, PROVIDER)
