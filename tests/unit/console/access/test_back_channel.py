"""Whom the operators' OpenID provider has signed out is out of the console, in every browser, and nobody else is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt

from forging_provider import KEYS, Forging, T, a_provider
from loopback import on_loopback
from operating import Browser, a_house
from tocsin.console.access import provider_routes
from tocsin.console.access.viewer import Role
from tocsin.runtime.turns import Turns
from tocsin.store.access import operators
from tocsin.store.database import unit_of_work

EVENT = "http://schemas.openid.net/event/backchannel-logout"
SAID_OUT = {"iat": T, "exp": T + 120, "jti": "1", "events": {EVENT: {}}, "sub": "subject-1", "nonce": None}
OUT: dict[str, tuple[dict[str, Any], int, int]] = {
    "as it should be": ({}, 0, 200),
    "for us among others": ({"aud": ["another", "tocsin-console"]}, 0, 200),
    "of somebody who never was here": ({"sub": "stranger"}, 0, 200),
    "of another key": ({}, 1, 400),
    "of another issuer": ({"iss": "https://attacker.example"}, 0, 400),
    "for somebody else": ({"aud": "another-client"}, 0, 400),
    "an ID token": ({"nonce": "n"}, 0, 400),
    "of another event": ({"events": {"https://attacker.example": {}}}, 0, 400),
    "of no event": ({"events": None}, 0, 400),
    "kept, and sent later": ({"iat": T - 181}, 0, 400),
    "without a subject": ({"sub": None, "sid": "s"}, 0, 400),
}


@pytest.mark.parametrize(("claims", "key", "status"), OUT.values(), ids=OUT)
def test_whom_the_provider_signs_out_is_out_in_every_browser(
    tmp_path: Path, claims: dict[str, Any], key: int, status: int
) -> None:
    with on_loopback(Forging, key=KEYS[0], claims={}, signed_by=KEYS[0]) as issuer:
        house = a_house(tmp_path, a_provider(tmp_path, issuer))
        house.now[0] = datetime.fromtimestamp(T, UTC)
        with unit_of_work(house.engine) as connection:
            asked = issuer, "subject-1", [Role.AUDITOR], house.now[0]
            account = operators.of_subject(connection, house.desk.identities, *asked)
        assert account is not None
        there = Browser(house).signed_in(account.operator_id)
        said = {"iss": issuer, "aud": "tocsin-console"} | SAID_OUT | claims
        said = {name: value for name, value in said.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": "k", "typ": "logout+jwt"}, said, KEYS[key])
        answer = Browser(house).ask("/sign-in/openid/logout", "POST", data={"logout_token": token})
        assert answer.status_code == status
        is_out = status == 200 and said["sub"] == "subject-1"
        assert there.ask("/account").status_code == (303 if is_out else 200)
        assert house.audited("signed-out") == ([(account.operator_id, {"by": "openid-provider"})] if is_out else [])


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.e30"])
def test_what_is_no_token_signs_nobody_out(tmp_path: Path, token: str) -> None:
    with on_loopback(Forging, key=KEYS[0], claims={}, signed_by=KEYS[0]) as issuer:
        house = a_house(tmp_path, a_provider(tmp_path, issuer))
        answer = Browser(house).ask("/sign-in/openid/logout", "POST", data={"logout_token": token})
        assert answer.status_code == 400


def test_what_comes_too_often_is_refused_before_the_provider_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_routes, "_turns", Turns(2))
    house = a_house(tmp_path, a_provider(tmp_path, "http://127.0.0.1:9"))
    posts = [Browser(house).ask("/sign-in/openid/logout", "POST", data={"logout_token": "x"}) for _ in range(3)]
    assert [answer.status_code for answer in posts] == [503, 503, 429]


def test_with_the_provider_away_it_may_be_told_again(tmp_path: Path) -> None:
    house = a_house(tmp_path, a_provider(tmp_path, "http://127.0.0.1:9"))
    assert Browser(house).ask("/sign-in/openid/logout", "POST", data={"logout_token": "x"}).status_code == 503
