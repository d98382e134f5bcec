"""Both providers on free ports, and a webhook that listens: for tests of whatever meets them.

``a_provider`` is the SendGrid simulator, ``a_mail_server`` the SMTP one beside it, ``listening`` a webhook that checks
nothing and keeps everything. None of them needs Kafka or a database.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

from loopback import Handler, on_loopback
from tocsin.devtools.sendgrid.app import Simulator
from tocsin.devtools.smtp.app import SmtpSimulator
from tocsin.runtime.settings import Settings

NOWHERE = "http://127.0.0.1:9/webhooks/sendgrid"


@dataclass(frozen=True, slots=True)
class Post:
    """What was posted to the webhook. Header names in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, bytes]:
        """Fields of an Inbound Parse post; of a file, its content."""
        kind = self.headers["content-type"].encode()
        message = message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + self.body, policy=SMTP)
        found: dict[str, bytes] = {}
        for part in message.iter_parts():  # type: ignore[attr-defined]
            name = part.get_param("name", header="content-disposition")
            found[str(name)] = part.get_payload(decode=True)
        return found


@dataclass
class Listener:
    """A webhook that answers with ``statuses``, the last first, before it takes everything."""

    posts: list[Post] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    refused: int = 0

    def events(self) -> list[Any]:
        """Every event taken, in order."""
        return [event for post in self.posts if post.path.endswith("/sendgrid") for event in json.loads(post.body)]

    def names(self) -> list[str]:
        return [event["event"] for event in self.events()]

    def mails(self) -> list[Post]:
        """Every inbound mail taken, in order."""
        return [post for post in self.posts if post.path.endswith("/inbound")]


@contextmanager
def listening() -> Iterator[tuple[Listener, str]]:
    """A webhook, and the URL for events; mail that comes in is posted beside it, to ``/webhooks/inbound``."""
    listener = Listener()

    class Webhook(Handler):
        def respond(self) -> None:
            body = self.content()
            status = listener.statuses.pop() if listener.statuses else 200
            if status == 200:
                headers = {name.casefold(): value for name, value in self.headers.items()}
                listener.posts.append(Post(self.path, headers, body))
            else:
                listener.refused += 1
            self.answer(status)

    with on_loopback(Webhook) as address:
        yield listener, f"{address}/webhooks/sendgrid"


@contextmanager
def a_provider(home: Path, webhook_url: str = NOWHERE, **over: Any) -> Iterator[Simulator]:
    """The SendGrid simulator. over: settings, such as ``sendgrid_reading_key_file`` for an account of two keys."""
    with Simulator.create(Settings(home=home, simulator_port=0, **over), webhook_url) as simulator:
        yield simulator


@contextmanager
def a_mail_server(home: Path, simulator: Simulator, dsn: bool = True, **over: Any) -> Iterator[SmtpSimulator]:
    """The SMTP simulator, in front of the same mailbox. dsn: whether it announces delivery reports."""
    with SmtpSimulator.create(Settings(home=home, smtp_port=0, **over), simulator, dsn) as server:
        yield server


def smtp_settings(home: Path, server: SmtpSimulator, **over: Any) -> Settings:
    """Settings of a mailer that uses ``server`` as its second way out."""
    values: dict[str, Any] = {
        "home": home,
        "smtp_host": server.host,
        "smtp_port": server.port,
        "smtp_user": server.user,
        "smtp_password_file": server.password_file,
        "smtp_ca_file": server.ca_file,
    }
    return Settings(**(values | over))


def fetch(url: str, body: Any = None, method: str | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer. body: sent as JSON, or as it is if it is bytes."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with _STAYING.open(request, timeout=5) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, dict(refusal.headers), refusal.read().decode()


class _Staying(urllib.request.HTTPRedirectHandler):
    """A redirection is an answer like any other."""

    def redirect_request(self, *_: Any) -> None:
        return None


_STAYING = urllib.request.build_opener(_Staying)
