"""The account answers as its description says, remembers who may not be mailed, and can be set wrong."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailing import a_mail, a_sender, eventually
from providers import a_provider, fetch, listening
from tocsin.devtools.sendgrid.app import Simulator
from tocsin.devtools.sendgrid.keys import EVERYTHING, READING, SENDING
from tocsin.mailer.sender import Accepted

DESCRIPTIONS = Path(os.environ.get("TOCSIN_SENDGRID_DESCRIPTION", "/nowhere"))
LISTS = ("bounces", "blocks", "spam_reports", "invalid_emails", "unsubscribes")


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Simulator]:
    with a_provider(tmp_path, sendgrid_reading_key_file=tmp_path / "reading.key") as simulator:
        yield simulator


def ask(simulator: Simulator, path: str, body: Any = None, method: str | None = None, key: str = "") -> tuple[int, Any]:
    authorization = f"Bearer {key or simulator.reading_key}"
    status, _, text = fetch(f"{simulator.url}/v3{path}", body, method, Authorization=authorization)
    return status, json.loads(text) if text else None


@pytest.mark.parametrize(
    ("address", "name", "reason"),
    [
        ("bounce@m.example", "bounces", "Bounced Address"),
        ("spam@m.example", "spam_reports", "Spam Reporting Address"),
    ],
)
def test_whoever_bounced_or_complained_is_dropped_from_then_on(
    tmp_path: Path, address: str, name: str, reason: str
) -> None:
    with listening() as (listener, url), a_provider(tmp_path, url) as simulator:
        sender = a_sender(simulator, tmp_path)
        sender.send(a_mail(address))
        assert ask(simulator, f"/suppression/{name}")[1] == [], "it has not happened yet"
        simulator.clock.advance(timedelta(seconds=5))
        (record,) = ask(simulator, f"/suppression/{name}/{address}")[1]
        assert record["email"] == address
        assert isinstance(sender.send(a_mail(address)), Accepted), "suppression shows only as an event"
        simulator.clock.advance(timedelta(seconds=5))
        eventually(lambda: "dropped" in listener.names())
        assert listener.events()[-1]["reason"] == reason
        assert ask(simulator, f"/suppression/{name}/{address}", method="DELETE")[0] == 204
        sender.send(a_mail(address))
        simulator.clock.advance(timedelta(seconds=5))
        eventually(lambda: listener.names().count("dropped") == 1 and len(listener.names()) > 4)


def test_a_blocked_address_is_listed_and_still_mailed(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        a_sender(simulator, tmp_path).send(a_mail("block@m.example"))
        simulator.clock.advance(timedelta(seconds=5))
        assert [r["email"] for r in ask(simulator, "/suppression/blocks")[1]] == ["block@m.example"]
        assert simulator.account.why_dropped("block@m.example", simulator.clock.now()) is None


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_paged_filtered_and_outlives_a_restart(tmp_path: Path, name: str) -> None:
    with a_provider(tmp_path) as simulator:
        now = simulator.clock.now()
        for number in range(5):
            simulator.account.suppress(name, f"p{number}@m.example", now - timedelta(hours=5 - number))
    with a_provider(tmp_path) as simulator:
        page = ask(simulator, f"/suppression/{name}?limit=2&offset=2")[1]
        assert [record["email"] for record in page] == ["p2@m.example", "p3@m.example"]
        assert len(ask(simulator, f"/suppression/{name}?email=p4")[1]) == 1
        since = int((now - timedelta(hours=2, minutes=30)).timestamp())
        assert len(ask(simulator, f"/suppression/{name}?start_time={since}")[1]) == 2


def test_addresses_are_released_one_by_one_or_all_at_once(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        for address in ("a@m.example", "b@m.example", "c@m.example"):
            simulator.account.suppress("bounces", address, simulator.clock.now())
        assert ask(simulator, "/suppression/bounces", {"emails": ["a@m.example"]}, "DELETE")[0] == 204
        assert len(ask(simulator, "/suppression/bounces")[1]) == 2
        assert ask(simulator, "/suppression/bounces", {}, "DELETE")[0] == 400
        assert ask(simulator, "/suppression/bounces", {"delete_all": True}, "DELETE")[0] == 204
        assert ask(simulator, "/suppression/bounces/a@m.example", method="DELETE")[0] == 404
        assert ask(simulator, "/asm/suppressions/global", {"recipient_emails": ["d@m.example"]}) == (
            201,
            {"recipient_emails": ["d@m.example"]},
        )
        found = ask(simulator, "/asm/suppressions/global/d@m.example")[1]
        assert found == {"recipient_email": "d@m.example"}
        assert ask(simulator, "/asm/suppressions/global/e@m.example")[1] == {}


def test_each_key_may_do_its_own_and_nothing_else(provider: Simulator) -> None:
    forbidden = {"errors": [{"message": "access forbidden", "field": None, "help": None}]}
    assert ask(provider, "/scopes", key=provider.key)[1] == {"scopes": list(SENDING)}
    assert ask(provider, "/scopes")[1] == {"scopes": list(READING)}
    for path in ("/suppression/bounces", "/tracking_settings", "/user/settings/enforced_tls", "/logs/x"):
        assert ask(provider, path, key=provider.key) == (403, forbidden)
    assert ask(provider, "/mail/send", {}) == (403, forbidden)
    assert ask(provider, "/suppression/bounces", {"delete_all": True}, "DELETE") == (403, forbidden)
    assert ask(provider, "/mail/send", [], key=provider.key)[0] == 400
    assert ask(provider, "/scopes", key="SG.unknown")[0] == 401


def test_one_key_may_do_everything_where_no_other_is_named(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        assert simulator.key == simulator.reading_key
        assert ask(simulator, "/scopes")[1] == {"scopes": list(EVERYTHING)}


def test_settings_are_right_at_first_and_can_be_set_wrong(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        assert not any(one["enabled"] for one in ask(simulator, "/tracking_settings")[1]["result"])
        assert ask(simulator, "/user/settings/enforced_tls")[1]["require_tls"] is True
        assert ask(simulator, "/tracking_settings/open", {"enabled": True}, "PATCH") == (200, {"enabled": True})
        assert ask(simulator, "/user/settings/enforced_tls", {"require_tls": False}, "PATCH")[0] == 200
        assert ask(simulator, "/user/settings/enforced_tls", {"colour": 1}, "PATCH")[0] == 400
        fetch(f"{simulator.url}/simulator/account", {"tracking": {"click": {"enabled": True, "enable_text": True}}})
    with a_provider(tmp_path) as simulator:
        on = {one["name"] for one in ask(simulator, "/tracking_settings")[1]["result"] if one["enabled"]}
        assert on == {"open", "click"}
        assert ask(simulator, "/user/settings/enforced_tls")[1]["require_tls"] is False


def test_webhooks_are_ours_and_signed_with_the_keys_on_file(tmp_path: Path) -> None:
    with listening() as (_, url), a_provider(tmp_path, url, reply_domain="reply.t.example") as simulator:
        (webhook,) = ask(simulator, "/user/webhooks/event/settings/all")[1]["webhooks"]
        signed = ask(simulator, f"/user/webhooks/event/settings/signed/{webhook['id']}")[1]
        (parse,) = ask(simulator, "/user/webhooks/parse/settings")[1]["result"]
        (policy,) = ask(simulator, "/user/webhooks/security/policies")[1]["policies"]
        assert ask(simulator, "/user/webhooks/event/settings/nothing")[0] == 404
    on_file = {name: _bare((tmp_path / f"{name}-public.pem").read_text()) for name in ("webhook", "inbound")}
    assert (webhook["url"], webhook["delivered"], webhook["open"]) == (url, True, False)
    assert signed["public_key"] == webhook["public_key"] == on_file["webhook"]
    assert parse["url"] == url.replace("/sendgrid", "/inbound")
    assert (parse["hostname"], parse["send_raw"]) == ("reply.t.example", True)
    assert policy["signature"]["public_key"] == on_file["inbound"]


def test_a_sender_who_is_not_verified_is_refused_with_the_real_words(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        simulator.account.verified_senders = {"other@tocsin.example"}
        body = {
            "personalizations": [{"to": [{"email": "a@b.example"}]}],
            "from": {"email": "alerts@tocsin.example"},
            "subject": "s",
            "content": [{"type": "text/plain", "value": "v"}],
        }
        status, answer = ask(simulator, "/mail/send", body)
    assert status == 403
    assert answer["errors"][0]["field"] == "from"
    assert "verified Sender Identity" in answer["errors"][0]["message"]


@pytest.mark.skipif(not DESCRIPTIONS.is_dir(), reason="the provider's description is not on this machine")
@pytest.mark.parametrize(
    ("description", "path", "pattern"),
    [
        *(("suppressions", f"/v3/suppression/{name}", f"/v3/suppression/{name}") for name in LISTS),
        ("tracking_settings", "/v3/tracking_settings", "/v3/tracking_settings"),
        ("tracking_settings", "/v3/tracking_settings/click", "/v3/tracking_settings/click"),
        ("tracking_settings", "/v3/tracking_settings/subscription", "/v3/tracking_settings/subscription"),
        ("enforced_tls", "/v3/user/settings/enforced_tls", "/v3/user/settings/enforced_tls"),
        ("webhooks", "/v3/user/webhooks/event/settings/all", "/v3/user/webhooks/event/settings/all"),
        ("webhooks", "/v3/user/webhooks/parse/settings", "/v3/user/webhooks/parse/settings"),
        ("webhooks", "/v3/user/webhooks/security/policies", "/v3/user/webhooks/security/policies"),
        ("logs", "/v3/logs/{id}", "/v3/logs/{sg_message_id}"),
    ],
)
def test_answers_are_within_the_providers_own_description(
    tmp_path: Path, description: str, path: str, pattern: str
) -> None:
    import jsonschema

    whole = json.loads((DESCRIPTIONS / f"tsg_{description}_v3.json").read_text())
    answers = whole["paths"][pattern]["get"]["responses"]["200"]["content"]["application/json"]
    with a_provider(tmp_path) as simulator:
        for name in LISTS:
            simulator.account.suppress(name, "a@m.example", simulator.clock.now())
        a_sender(simulator, tmp_path).send(a_mail("block@m.example"))
        simulator.clock.advance(timedelta(minutes=1))
        found = ask(simulator, path.removeprefix("/v3").replace("{id}", simulator.ledger.newest(1)[0].id))[1]
    schema = answers["schema"] | {"components": whole["components"]}
    jsonschema.Draft202012Validator(schema).validate(found)


def _bare(pem: str) -> str:
    return "".join(line for line in pem.splitlines() if not line.startswith("-----"))
