"""Every request to SendGrid is one that the provider's own descriptions know: method, path, query and body.

The requests are written down as they come to a host that answers them as the descriptions say.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

import jsonschema
from loopback import Handler, on_loopback
from mailing import a_mail
from tocsin.mailer.providers.account import LISTS, Account
from tocsin.mailer.providers.sendgrid import Clients, SendGridSender
from tocsin.mailer.providers.sent_log import SendGridLog
from tocsin.runtime import clock

BESIDE = Path(__file__).parents[2].parent / "shared/data/sendgrid-openapi"
FOLDER = Path(os.environ.get("TOCSIN_SENDGRID_DESCRIPTION", BESIDE))
UNDESCRIBED = {"/v3/scopes"}
"""Of the API of keys, which is not among the descriptions: https://www.twilio.com/docs/sendgrid/api-reference."""
MESSAGE = {"sg_message_id": "abc.def-1_2", "subject": "HRD-7F3K-22Q", "status": "delivered", "custom_args": {}}
ANSWERS: dict[str, Any] = {
    "/v3/logs": {"messages": [MESSAGE]},
    "/v3/logs/abc.def-1_2": MESSAGE,
    "/v3/tracking_settings": {"result": []},
    "/v3/user/webhooks/event/settings/all": {"webhooks": []},
    "/v3/scopes": {"scopes": []},
}
ROW = {"email": "desk@mechanism.example", "created": 1763978400}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the provider's descriptions are not on this machine")


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    body: Any


@pytest.fixture
def provider() -> Iterator[tuple[str, list[Asked]]]:
    asked: list[Asked] = []

    class Provider(Handler):
        def respond(self) -> None:
            target, content = urlsplit(self.path), self.content()
            query = dict(parse_qsl(target.query))
            asked.append(Asked(self.command, target.path, query, json.loads(content) if content else None))
            rows = [ROW] * (500 if query.get("offset") == "0" else 1)
            found = rows if "/suppression/" in target.path else ANSWERS.get(target.path, {})
            self.answer(202 if target.path == "/v3/mail/send" else 200, found)

    with on_loopback(Provider) as host:
        yield host, asked


def everything(host: str, folder: Path) -> None:
    """Ask all that the mailer and ``doctor`` ask."""
    (folder / "sendgrid.key").write_text("SG.key")
    clients = Clients(host, folder / "sendgrid.key", 2.0)
    sender, log, account = (
        SendGridSender(clients, "alerts@tocsin.example", clock.now),
        SendGridLog(clients),
        Account(clients),
    )
    sender.send(a_mail())
    sender.send(a_mail(reply_to="reply+1@reply.example", encrypted="-----BEGIN PGP MESSAGE-----\n"))
    sender.probe()
    log.copies("0f" * 16, "o'neill@mechanism.example", "HRD-7F3K-22Q", clock.now())
    account.tracking()
    account.enforces_tls()
    account.event_webhooks()
    account.scopes()
    account.clock()
    for name in LISTS:
        assert len(list(account.suppressed(name))) == 501


def test_every_request_is_one_that_the_provider_describes(provider: tuple[str, list[Asked]], tmp_path: Path) -> None:
    host, asked = provider
    everything(host, tmp_path)
    known = described()
    for request in asked:
        if request.path not in UNDESCRIBED:
            check(request, known)
    lists = {f"/v3/suppression/{name}" for name in LISTS}
    assert {request.path for request in asked} == {*ANSWERS, *lists, *OTHERS}


OTHERS = {"/v3/mail/send", "/v3/tracking_settings/click", "/v3/user/settings/enforced_tls"}


@pytest.mark.parametrize(
    "wrong",
    [
        Asked("PUT", "/v3/logs", {}, None),
        Asked("GET", "/v3/suppressions/bounces", {}, None),
        Asked("GET", "/v3/suppression/bounces", {"page": "1"}, None),
        Asked("GET", "/v3/suppression/bounces", {"limit": "501"}, None),
        Asked("POST", "/v3/logs", {}, {"limit": 1001}),
        Asked("POST", "/v3/mail/send", {}, {"subject": "x"}),
        Asked("GET", "/v3/tracking_settings", {}, {"enabled": True}),
    ],
)
def test_what_is_not_described_is_noticed(wrong: Asked) -> None:
    with pytest.raises((AssertionError, jsonschema.ValidationError, LookupError)):
        check(wrong, described())


def described() -> list[tuple[str, str, dict, dict]]:
    """(method, path, operation, the whole description)"""
    wholes = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))]
    return [
        (
            method.upper(),
            path,
            {**operation, "parameters": [*shared.get("parameters", ()), *operation.get("parameters", ())]},
            whole,
        )
        for whole in wholes
        for path, shared in whole["paths"].items()
        for method, operation in shared.items()
        if method in {"get", "post", "put", "patch", "delete"}
    ]


def check(request: Asked, known: list[tuple[str, str, dict, dict]]) -> None:
    """Raises if no description has this request."""
    fitting = [found for found in known if found[0] == request.method and _is_path(found[1], request.path)]
    _, _, operation, whole = min(fitting, key=lambda found: found[1].count("{"), default=(None, None, {}, None))
    assert whole is not None, f"{request.method} {request.path} is not described"
    parameters = [_resolved(parameter, whole) for parameter in operation["parameters"]]
    queries = {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "query"}
    assert request.query.keys() <= queries.keys()
    assert {name for name, parameter in queries.items() if parameter.get("required")} <= request.query.keys()
    for name, value in request.query.items():
        schema = queries[name]["schema"]
        _validate(int(value) if schema.get("type") == "integer" else value, schema, whole)
    if request.body is not None:
        body = _resolved(operation["requestBody"], whole)
        _validate(request.body, body["content"]["application/json"]["schema"], whole)


def _validate(value: Any, schema: dict, whole: dict) -> None:
    jsonschema.Draft202012Validator(schema | {"components": whole["components"]}).validate(value)


def _is_path(pattern: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(pattern)), path) is not None


def _resolved(found: dict, whole: dict) -> dict:
    return whole["components"][found["$ref"].split("/")[-2]][found["$ref"].split("/")[-1]] if "$ref" in found else found
