"""Mail that comes in: the corpus, and posts of Inbound Parse in both modes, signed or not."""

import base64
import json
import quopri
import tomllib
from email.header import Header
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from mailing import Office
from tocsin.devtools.sendgrid.signing import Signer
from tocsin.mailer.inbound.endpoint import inbound_router
from tocsin.mailer.reply_addresses import reply_address, token_of
from tocsin.runtime.settings import Settings
from tocsin.runtime.web import create_web
from web_client import ask

CORPUS = tomllib.loads((Path(__file__).parents[2] / "inbound/corpus.toml").read_text(encoding="utf-8"))["mail"]
DOMAIN = "reply.tocsin.example"
DESK = "desk@mechanism.example"
BOUNDARY = "xYzZY"
Fields = list[tuple[str, bytes]]
"""Of a form; a name with a semicolon is a file: ``attachment1; letter.pdf; application/pdf``."""


@cache
def a_signer(folder: Path) -> Signer:
    return Signer.create(folder / "inbound-public.pem")


def a_raw(sample: dict[str, Any], address: str = "", token: str = "", root: str = "") -> bytes:
    """The mail of a sample as it travels. address, token: of the delivery that it answers."""
    charset, transfer = sample.get("charset", "utf-8"), sample.get("transfer", "8bit")
    body = sample["body"].replace("ADDRESS", address).replace("TOKEN", token).encode(charset).replace(b"\n", b"\r\n")
    if transfer == "base64":
        body = base64.encodebytes(body)
    elif transfer == "quoted-printable":
        body = quopri.encodestring(body)
    lines = [
        f"From: Desk <{sample.get('from', DESK)}>",
        f"To: {address or 'alerts@' + DOMAIN}",
        f"Message-ID: <{abs(hash(sample['name']))}@mechanism.example>",
        f"Subject: {sample['raw_subject'] if 'raw_subject' in sample else Header(sample['subject'], 'utf-8').encode()}",
        "MIME-Version: 1.0",
        *([f"References: {root}"] if root else []),
        *filter(None, sample.get("headers", "").split("\n")),
        f"Content-Type: {sample.get('type', f'text/plain; charset={charset}')}",
        f"Content-Transfer-Encoding: {transfer}" if "type" not in sample else "X-Kind: parts",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def raw_fields(raw: bytes, to: str = "", sender: str | None = DESK, **over: str) -> Fields:
    """As Inbound Parse posts a raw mail."""
    envelope = {"to": [to or f"alerts@{DOMAIN}"]} | ({} if sender is None else {"from": sender})
    given = {"email": raw, "envelope": json.dumps(envelope).encode(), "SPF": b"pass"}
    given |= {"dkim": b"{@mechanism.example : pass}"}
    return [*(given | {name: value.encode() for name, value in over.items()}).items()]


def a_form(fields: Fields, boundary: str = BOUNDARY) -> bytes:
    body = b""
    for name, value in fields:
        field, *file = name.split("; ")
        disposition = f'form-data; name="{field}"' + (f'; filename="{file[0]}"' if file else "")
        kind = f"Content-Type: {file[1]}\r\n" if file else ""
        body += f"--{boundary}\r\nContent-Disposition: {disposition}\r\n{kind}\r\n".encode() + value + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


class Post:
    """The endpoint over the database of an office, with a public key in place."""

    def __init__(self, office: Office, home: Path) -> None:
        self.office, self.signer = office, a_signer(home)
        self.home = home
        self.use("")

    def use(self, url: str) -> None:
        """Let the endpoint use this database; "": the one in the folder."""
        settings = Settings(home=self.home, reply_domain=DOMAIN, database_url=url)
        self.app: FastAPI = create_web("Tocsin webhook")
        self.app.include_router(inbound_router(settings, self.office.clock))

    def address(self, delivery_id: str) -> str:
        found = reply_address(self.office.deployment.identities, DOMAIN, delivery_id)
        assert found is not None
        return found

    def token(self, delivery_id: str) -> str:
        return token_of(self.office.deployment.identities, delivery_id)

    def send(self, fields: Fields, **over: Any) -> int:
        return self.send_body(a_form(fields), **over)

    def send_body(self, body: bytes, signed: bool = True, content_type: str = "") -> int:
        kind = content_type or f"multipart/form-data; boundary={BOUNDARY}"
        headers = {"content-type": kind} | (self.signer.headers(body) if signed else {})
        answer = ask(self.app, "/webhooks/inbound", "POST", content=body, headers=headers)
        assert not any(word in answer.content for word in (b"mechanism", b"HRD-"))
        return answer.status_code

    def sample(self, sample: dict[str, Any], delivery_id: str, **over: Any) -> int:
        address, root = self.address(delivery_id), f"<case.{self.office.case.case_id}@tocsin.example>"
        raw = a_raw(sample, address, self.token(delivery_id), root)
        return self.send(raw_fields(raw, address), **over)
