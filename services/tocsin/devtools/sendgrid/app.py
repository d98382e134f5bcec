"""The simulator: SendGrid's API, a mailbox page, and a control endpoint for faults, over plain HTTP."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from tocsin.devtools.sendgrid.account import Account, webhooks
from tocsin.devtools.sendgrid.answering import Letter, answer_to, envelope_of
from tocsin.devtools.sendgrid.answers import Answer, as_json
from tocsin.devtools.sendgrid.api import Api
from tocsin.devtools.sendgrid.clockwork import Clock
from tocsin.devtools.sendgrid.control import Control
from tocsin.devtools.sendgrid.events import Poster, Signer
from tocsin.devtools.sendgrid.faults import Faults
from tocsin.devtools.sendgrid.inbound import Inbound, Incoming
from tocsin.devtools.sendgrid.keys import Keys
from tocsin.devtools.sendgrid.ledger import Ledger
from tocsin.devtools.sendgrid.mailbox import Mailbox
from tocsin.devtools.sendgrid.sending import MAX_BYTES
from tocsin.devtools.sendgrid.server import Listener
from tocsin.runtime.settings import Settings

INBOUND_PATH = "/webhooks/inbound"
REPLY_DOMAIN = "reply.tocsin.example"


@dataclass(frozen=True, slots=True)
class Simulator:
    """A running simulator, as a context manager. Its parts are open to tests in the same process.

    key: for sending; with one key, for everything. reading_key: for logs, suppressions and settings.
    """

    ledger: Ledger
    faults: Faults
    poster: Poster
    inbound: Inbound
    account: Account
    clock: Clock
    keys: Keys
    listener: Listener

    @classmethod
    def create(cls, settings: Settings, webhook_url: str | None = None) -> "Simulator":
        """Bind the port (0: any free one), make the keys, and open the ledger.

        webhook_url: where events go; mail that comes in goes to ``/webhooks/inbound`` of the same host.
        """
        folder = settings.home / "simulator"
        ledger, faults, clock = Ledger(folder / "ledger.jsonl"), Faults(), Clock()
        local = f"http://127.0.0.1:{settings.webhook_port}/webhooks/sendgrid"
        url = webhook_url or settings.simulator_webhook_url or local
        signer = Signer.create(settings.webhook_public_key_file or settings.home / "webhook-public.pem")
        mail_signer = Signer.create(settings.inbound_public_key_file or settings.home / "inbound-public.pem")
        inbound_url = urlunsplit((*urlsplit(url)[:2], INBOUND_PATH, "", ""))
        keys = Keys.create(
            settings.sendgrid_key_file or settings.home / "sendgrid.key", settings.sendgrid_reading_key_file
        )
        hostname = settings.reply_domain or REPLY_DOMAIN
        hooks = webhooks(url, signer.public_key, inbound_url, mail_signer.public_key, hostname)
        account = Account(folder / "account.json", hooks)
        poster = Poster(signer, url, folder / "events-taken", faults, clock)
        inbound = Inbound(mail_signer, inbound_url, faults, clock)
        routes = Routes(
            Api(keys, ledger, poster, faults, account, clock),
            Mailbox(ledger, inbound, clock),
            Control(ledger, faults, account, inbound, clock, lambda line: _enter(ledger, line)),
        )
        listener = Listener((settings.bind, settings.simulator_port), routes.answer, MAX_BYTES)
        faults.on_refusal = listener.refuse
        return cls(ledger, faults, poster, inbound, account, clock, keys, listener)

    @property
    def url(self) -> str:
        host, port = self.listener.address
        return f"http://{host}:{port}"

    @property
    def key(self) -> str:
        return next(iter(self.keys.scopes))

    @property
    def reading_key(self) -> str:
        return list(self.keys.scopes)[-1]

    def __enter__(self) -> "Simulator":
        self.poster.start(self.ledger.newest(len(self.ledger))[::-1])
        self.inbound.start()
        self.listener.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.listener.stop()
        self.poster.stop()
        self.inbound.stop()
        self.ledger.close()

    def reply(
        self,
        mail_id: str,
        text: str,
        from_: str = "",
        headers: Mapping[str, str] | None = None,
        auto_submitted: str = "",
        raw: bool = True,
        **over: Any,
    ) -> Incoming:
        """A recipient answers the mail ``mail_id``; it is posted as Inbound Parse does.

        from_: another address than the recipient's. auto_submitted: the header of RFC 3834. raw: the whole message,
        else taken apart. over: other fields of ``Letter`` (``html``, ``to``, ``subject``, ``return_path`` …), and
        ``spf`` and ``dkim`` of the envelope. Raises KeyError if there is no such mail.
        """
        mail = self.ledger.find(mail_id)
        if mail is None:
            raise KeyError(mail_id)
        spf, dkim = over.pop("spf", "pass"), over.pop("dkim", "pass")
        letter = Letter(text, sender=from_, headers=headers or {}, auto_submitted=auto_submitted, **over)
        answer = answer_to(mail, letter, self.clock.now())
        return self.inbound.take_in(answer.as_bytes(), envelope_of(answer, letter, raw, spf, dkim), mail_id)

    def accept(self, line: dict[str, Any]) -> str:
        """Enter a mail that came by another way; returns its id."""
        return _enter(self.ledger, line)


def _enter(ledger: Ledger, line: dict[str, Any]) -> str:
    made = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
    return ledger.append({"id": made, **line}).id


@dataclass(frozen=True, slots=True)
class Routes:
    """Which part answers which path."""

    api: Api
    mailbox: Mailbox
    control: Control

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        url = urlsplit(target)
        query = parse_qs(url.query)
        if url.path.startswith("/v3/"):
            answer = self.api.answer(method, url.path, query, headers, body)
            return replace(answer, wait=answer.wait + self.control.faults.latency)
        if url.path in {"/health/live", "/health/ready"}:
            return as_json(200, {"status": "ok"})
        if url.path.startswith("/simulator/"):
            return self.control.answer(method, url.path.removeprefix("/simulator/"), query, body)
        return self.mailbox.answer(method, url.path, query, body)
