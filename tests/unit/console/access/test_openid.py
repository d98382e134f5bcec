"""An operator signs in through an OpenID provider that runs here: code with PKCE, state, nonce; groups become roles."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

import openid_provider
from databases import NOW
from forging_provider import KEYS, TABLE, Forging, T, a_provider
from loopback import on_loopback
from operating import SITE, Browser, House, a_house
from tocsin.console.access import openid
from tocsin.console.access.provider import UnusableAccessFile, is_private, read_provider
from tocsin.console.access.viewer import Role
from tocsin.devtools.ports import free_ports
from tocsin.runtime import clock


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with openid_provider.a_provider_process() as issuer:
        yield issuer


@pytest.fixture
def house(tmp_path: Path, issuer: str) -> House:
    """Its clock is this machine's, as the provider's is."""
    house = a_house(tmp_path, a_provider(tmp_path, issuer))
    house.now[0] = clock.now()
    return house


def consent(browser: Browser, subject: str, wanted: str = "/") -> str:
    """The path with which the provider sends the browser back."""
    away = browser.ask(f"/sign-in/openid?next={wanted}")
    assert away.status_code == 303
    back = httpx.post(away.headers["location"], data={"sub": subject}).headers["location"]
    assert back.startswith(f"{SITE}/sign-in/openid/answer?")
    return back.removeprefix(SITE)


def test_groups_of_the_provider_become_roles_and_identity_is_issuer_and_subject(house: House, issuer: str) -> None:
    browser = Browser(house)
    welcome = browser.ask(consent(browser, "subject-1", "/account"))
    assert welcome.status_code == 200
    page = browser.ask("/account").text
    assert "duty officer" in page
    assert "reviewer" in page
    assert "auditor" not in page
    [(account, detail)] = house.audited("operator-added")
    assert account.startswith("sso-")
    assert detail["roles"] == ["duty_officer", "reviewer"]
    assert "subject-1" not in str(house.audited("signed-in"))
    again = Browser(house)
    again.ask(consent(again, "subject-1"))
    assert {who for who, _ in house.audited("signed-in")} == {account}


def test_proving_it_again_ends_the_session_in_which_it_was_asked(house: House) -> None:
    browser = Browser(house)
    browser.ask(consent(browser, "subject-1"))
    before = dict(browser.cookies)
    back = consent(browser, "subject-1", "/publishers")
    browser.cookies = {name: value for name, value in browser.cookies.items() if not name.endswith("session")}
    assert 'content="0; url=/publishers"' in browser.ask(back).text, "a strict cookie is not sent on this way"
    assert Browser(house, cookies=before).ask("/account").status_code == 303
    assert browser.ask("/account").status_code == 200


@pytest.mark.parametrize(("subject", "why"), [("subject-2", "no group is known"), ("subject-3", "too weak")])
def test_whom_no_group_or_method_lets_in_gets_no_account(house: House, subject: str, why: str) -> None:
    browser = Browser(house)
    assert browser.ask(consent(browser, subject)).status_code == 403
    assert house.audited("operator-added") == []
    assert browser.ask("/").status_code == 303


def test_an_answer_serves_once_in_the_browser_that_asked_with_its_state_and_in_time(house: House) -> None:
    browser, other = Browser(house), Browser(house)
    back = consent(browser, "subject-1")
    consent(other, "subject-1")
    assert other.ask(back).status_code == 403, "the state is of another browser"
    kept = dict(browser.cookies)
    assert browser.ask(back).status_code == 200
    browser.cookies = kept
    assert browser.ask(back).status_code == 403, "it was used"
    late = consent(browser, "subject-1")
    house.later(timedelta(minutes=10))
    assert browser.ask(late).status_code == 403, "it came too late"


def test_the_provider_gives_nothing_for_a_code_without_its_verifier(house: House) -> None:
    browser, provider = Browser(house), house.desk.provider
    assert provider is not None
    query = {name: values[0] for name, values in parse_qs(urlsplit(consent(browser, "subject-1")).query).items()}
    begun = {"state": query["state"], "nonce": "n", "verifier": "another-verifier-of-the-length-that-is-asked-for"}
    with pytest.raises(openid.NotSignedIn, match="refused"):
        openid.finish(provider, f"{SITE}/sign-in/openid/answer", begun, query, house.now[0])


def test_with_the_provider_away_the_door_says_so_and_lets_nobody_in(tmp_path: Path) -> None:
    [port] = free_ports(1)
    house = a_house(tmp_path, a_provider(tmp_path, f"http://127.0.0.1:{port}"))
    answer = Browser(house).ask("/sign-in/openid")
    assert answer.status_code == 503
    assert "does not answer at present" in answer.text


GOOD = {"iat": T, "exp": T + 60, "groups": ["tocsin-audit"], "amr": ["hwk"]}
FORGED: dict[str, tuple[dict[str, Any], int, bool]] = {
    "as it should be": ({}, 0, True),
    "of another key": ({}, 1, False),
    "of another nonce": ({"nonce": "wrong"}, 0, False),
    "without a nonce": ({"nonce": None}, 0, False),
    "of another issuer": ({"iss": "https://attacker.example"}, 0, False),
    "for somebody else": ({"aud": "another-client"}, 0, False),
    "for us among others": ({"aud": ["tocsin-console", "another"], "azp": "another"}, 0, False),
    "over": ({"iat": T - 600, "exp": T - 300}, 0, False),
    "without an end": ({"exp": None}, 0, False),
    "without a subject": ({"sub": None}, 0, False),
    "with a hash of another access token": ({"at_hash": "x" * 22}, 0, False),
}
PROVED_AT: dict[str, tuple[object, bool]] = {
    "just now": (T, True),
    "within what was asked for": (T - 600, True),
    "by a clock that is a little ahead": (T + 60, True),
    "too long ago": (T - 661, False),
    "not yet": (T + 661, False),
    "it does not say": (None, False),
    "it says something else": (True, False),
}


@pytest.mark.parametrize(("claims", "key", "good"), FORGED.values(), ids=FORGED)
def test_an_id_token_counts_only_as_it_should_be(tmp_path: Path, claims: dict[str, Any], key: int, good: bool) -> None:
    with on_loopback(Forging, key=KEYS[0], claims=GOOD | claims, signed_by=KEYS[key]) as issuer:
        provider, begun = a_provider(tmp_path, issuer), {"state": "s", "nonce": "right", "verifier": "v" * 43}
        asked = (
            provider,
            f"{SITE}/sign-in/openid/answer",
            begun,
            {"state": "s", "code": "c"},
            datetime.fromtimestamp(T, UTC),
        )
        if good:
            assert openid.finish(*asked).roles == {Role.AUDITOR}
        else:
            with pytest.raises(openid.NotSignedIn, match="token-invalid"):
                openid.finish(*asked)


@pytest.mark.parametrize(("proved_at", "good"), PROVED_AT.values(), ids=PROVED_AT)
def test_an_operator_has_shown_who_they_are_within_ten_minutes(tmp_path: Path, proved_at: object, good: bool) -> None:
    with on_loopback(Forging, key=KEYS[0], claims=GOOD | {"auth_time": proved_at}, signed_by=KEYS[0]) as issuer:
        provider = a_provider(tmp_path, issuer)
        url, begun = openid.begin(provider, SITE, timedelta(minutes=10))
        assert parse_qs(urlsplit(url).query)["max_age"] == ["600"]
        begun, answer = begun | {"nonce": "right"}, {"state": begun["state"], "code": "c"}
        asked = (provider, SITE, begun, answer, datetime.fromtimestamp(T, UTC))
        if good:
            assert openid.finish(*asked).subject == "s"
        else:
            with pytest.raises(openid.NotSignedIn, match=r"too-long-ago|token-invalid"):
                openid.finish(*asked)


BEFORE_THE_TOKEN = [
    ({"state": "wrong", "code": "c"}, "state-wrong"),
    ({"code": "c"}, "state-wrong"),
    ({"state": "s", "code": "c", "iss": "https://attacker.example"}, "issuer-wrong"),
    ({"state": "s", "error": "access_denied"}, "refused"),
    ({"state": "s"}, "refused"),
]


@pytest.mark.parametrize(("answer", "code"), BEFORE_THE_TOKEN)
def test_a_wrong_answer_is_refused_before_the_provider_is_asked(
    tmp_path: Path, answer: dict[str, str], code: str
) -> None:
    provider = a_provider(tmp_path, "https://sso.invalid")
    with pytest.raises(openid.NotSignedIn, match=code):
        openid.finish(provider, SITE, {"state": "s", "nonce": "n", "verifier": "v"}, answer, NOW)


def test_a_file_of_settings_that_is_not_as_it_should_be_is_refused_without_being_echoed(tmp_path: Path) -> None:
    a_provider(tmp_path, "https://sso.example")
    file = tmp_path / "access.toml"
    for wrong, place in (
        (TABLE.format(issuer="http://sso.example"), "issuer"),
        (TABLE.format(issuer="https://sso.example").replace("reviewer", "emperor"), "roles"),
        (TABLE.format(issuer="https://sso.example") + '[openid.other]\nx = "emperor"', "other"),
        ("", "issuer"),
    ):
        file.write_text(wrong)
        with pytest.raises(UnusableAccessFile, match=place) as refused:
            read_provider(file)
        assert "emperor" not in str(refused.value)


def test_what_goes_to_a_provider_is_private() -> None:
    assert [
        is_private(u) for u in ("https://a.example", "http://localhost:1", "http://a.example", "ftp://localhost")
    ] == [
        True,
        True,
        False,
        False,
    ]
