"""Who gets in, and what strangers learn: nothing of keys, nothing of drafts, nothing from another site."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from forming import LEAST, Person, a_form
from intaking import BASE, OTHER, Intake
from tocsin.intake.app import create_app
from tocsin.intake.form.asking import LARGE, SMALL
from tocsin.intake.form.desk import TRIES
from tocsin.runtime.settings import Settings
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import api_keys, publishers
from tocsin.store.publishing.api_keys import Scope
from tocsin.store.publishing.intake_sessions import IDLE, LONGEST
from tocsin.store.tables import intake_sessions
from web_client import ask

DRAFT = "/form/drafts/" + "0" * 32


@pytest.fixture
def form(tmp_path: Path) -> Intake:
    return a_form(tmp_path)


def signed_in(person: Person) -> bool:
    return "/form/sign-out" in person.get("/form").forms


def test_a_key_that_opens_the_form_begins_a_session_and_another_says_nothing_of_why(form: Intake) -> None:
    revoked, expired = (
        form.new_key(scopes=[Scope.FORM]),
        form.new_key(scopes=[Scope.FORM], expires_at=form.now + timedelta(1)),
    )
    elsewhere = form.new_key(scopes=[Scope.FORM], networks=["192.0.2.0/24"])
    with unit_of_work(form.engine) as connection:
        api_keys.revoke(connection, form.deployment.identities, revoked.split("_")[1], "officer-1", form.now)
    form.now += timedelta(days=2)
    told = set()
    for key in (
        "",
        "nonsense",
        "tcn_aaaa_bbbb",
        form.keys["form"] + "x",
        form.keys["both"],
        revoked,
        expired,
        elsewhere,
    ):
        person = Person(form, address=f"198.51.100.{len(told)}")
        person.get("/form")
        page = person.submit("/form/sign-in", key=key)
        told.add((page.status, re.sub(r'value="[0-9a-f]{64}"', "", page.text)))
        assert not signed_in(person)
        assert not key or key not in page.text
    assert len(told) == 1
    assert told.pop()[0] == 403
    assert signed_in(Person(form).sign_in())


def test_after_some_wrong_keys_a_network_waits_but_a_right_key_is_let_in(form: Intake) -> None:
    person = Person(form, address="2001:db8:7::5")
    person.get("/form")
    statuses = [person.submit("/form/sign-in", key="wrong").status for _ in range(TRIES + 3)]
    assert statuses == [403] * TRIES + [429] * 3
    beside = Person(form, address="2001:db8:7::99")
    beside.get("/form")
    assert beside.submit("/form/sign-in", key="wrong").status == 429, "the same network"
    stranger = Person(form, address="2001:db8:8::1")
    stranger.get("/form")
    assert stranger.submit("/form/sign-in", key="wrong").status == 403
    assert signed_in(person.sign_in())


def test_whoever_has_not_signed_in_sees_the_door_whatever_they_ask_for(form: Intake) -> None:
    owner = Person(form).sign_in()
    owner.begin()
    pages = {
        re.sub(r'value="[0-9a-f]{64}"', "", Person(form).get(path).text)
        for path in ("/form", f"{owner.draft}/persons", f"{DRAFT}/persons", f"{DRAFT}/check", "/form/correct")
    }
    assert len(pages) == 1


@pytest.mark.parametrize("who", ["another publisher", "a colleague", "the same, in another browser"])
def test_anybody_else_meets_the_same_404_as_for_a_draft_that_never_was(form: Intake, who: str) -> None:
    owner = Person(form).sign_in()
    owner.begin()
    owner.fill(LEAST)
    draft, key = owner.draft, {"another publisher": "other", "a colleague": "colleague"}.get(who, "form")
    other = Person(form).sign_in(key)
    csrf = other.page.forms["/form/sign-out"]["csrf"][0]
    for method, path in (
        ("GET", "/persons"),
        ("GET", "/check"),
        ("GET", "/receipt"),
        ("POST", "/persons"),
        ("POST", "/send"),
        ("POST", "/erase"),
    ):
        over = {"data": {"csrf": csrf, "do": "continue"}} if method == "POST" else {}
        theirs, none = (other.ask(method, base + path, **over) for base in (draft, DRAFT))
        assert (theirs.status, theirs.text) == (none.status, none.text)
        assert theirs.status == 404
    assert owner.submit(f"{draft}/send").path == f"{draft}/receipt", "nothing was changed meanwhile"


def test_the_list_of_drafts_tells_time_and_step_and_opens_nothing_for_a_colleague(form: Intake) -> None:
    owner = Person(form).sign_in()
    owner.begin()
    draft = owner.draft
    owner.fill(LEAST)
    page = Person(form).sign_in("colleague").page
    assert "Saved 24 November 2026" in page.read
    assert "at the step “Consent”" in page.read
    for secret in ("Marvelle", draft.rpartition("/")[2], "F-2026-"):
        assert secret not in page.text
    assert "Saved" not in Person(form).sign_in("other").page.read


def test_a_form_of_another_site_or_of_another_session_changes_nothing(form: Intake) -> None:
    person = Person(form).sign_in()
    person.begin()
    draft = person.draft
    csrf = person.page.forms[person.page.path]["csrf"][0]
    stranger = Person(form).sign_in("colleague").page.forms["/form/sign-out"]["csrf"][0]
    forged = [
        ({"csrf": csrf}, {"origin": "https://evil.example"}),
        ({"csrf": csrf}, {"sec-fetch-site": "cross-site"}),
        ({"csrf": csrf}, {"sec-fetch-site": "same-site"}),
        ({"csrf": stranger}, {}),
        ({"csrf": "0" * 64}, {}),
        ({"csrf": ""}, {}),
    ]
    for data, headers in forged:
        sent = data | {"source.name": "Planted", "do": "continue"}
        assert person.ask("POST", f"{draft}/source", data=sent, headers=headers).status == 403
        assert person.ask("POST", f"{draft}/erase", data=data, headers=headers).status == 403
        assert person.ask("POST", "/form/sign-in", data=data | {"key": "x"}, headers=headers).status == 403
    assert "Planted" not in person.get(f"{draft}/source").text


@pytest.mark.parametrize(
    ("moment", "alive"),
    [
        (IDLE - timedelta(minutes=1), True),
        (IDLE + timedelta(seconds=1), False),
        (LONGEST + timedelta(seconds=1), False),
    ],
)
def test_a_session_ends_when_it_lies_idle_and_at_last_whatever_is_done(
    form: Intake, moment: timedelta, alive: bool
) -> None:
    person, began = Person(form).sign_in(), form.now
    while moment > LONGEST and form.now < began + LONGEST - IDLE / 2:
        form.now += IDLE / 2
        assert signed_in(person)
    form.now = began + moment
    assert signed_in(person) is alive


def test_a_session_is_over_with_its_key_its_publisher_and_its_network(form: Intake) -> None:
    identities = form.deployment.identities
    bound = form.new_key(scopes=[Scope.FORM], networks=["127.0.0.0/8"])
    person = Person(form).sign_in(bound)
    assert signed_in(person)
    person.address = "198.51.100.1"
    assert not signed_in(person)
    of_key, of_publisher = Person(form).sign_in(), Person(form).sign_in("other")
    with unit_of_work(form.engine) as connection:
        api_keys.revoke(connection, identities, form.keys["form"].split("_")[1], "officer-1", form.now)
        publishers.end(connection, identities, OTHER, "officer-1", form.now)
    assert not signed_in(of_key)
    assert not signed_in(of_publisher)


def test_the_database_knows_no_token_and_signing_out_ends_the_session_there(form: Intake) -> None:
    person = Person(form).sign_in()
    token = person.cookies["tocsin-form-session"]
    with reading(form.engine) as connection:
        (row,) = connection.execute(intake_sessions.select()).all()
    assert token not in repr(row)
    person.submit("/form/sign-out")
    assert "tocsin-form-session" not in person.cookies
    person.cookies.set("tocsin-form-session", token, domain="127.0.0.1")
    assert not signed_in(person)


def test_leaving_ends_the_session_and_goes_where_nobody_wonders(form: Intake) -> None:
    person = Person(form).sign_in()
    person.begin()
    draft, cookies = person.draft, dict(person.cookies)
    away = person.ask("GET", "/form/leave")
    assert away.path.startswith("https://")
    assert away.headers["clear-site-data"] == '"cache"'
    assert dict(person.cookies) == {}
    back = Person(form)
    for name, value in cookies.items():
        back.cookies.set(name, value, domain="127.0.0.1")
    assert "/form/sign-in" in back.get(f"{draft}/source").forms


def test_pages_are_kept_nowhere_run_no_script_and_name_nobody_outside_their_text(form: Intake) -> None:
    person = Person(form).sign_in()
    person.begin()
    draft = person.draft
    for page in (person.fill(LEAST), person.get(f"{draft}/persons"), person.get("/form")):
        assert page.headers["cache-control"] == "no-store"
        assert "script-src" not in page.headers["content-security-policy"]
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "<script" not in page.text
        assert not re.search(r"\son[a-z]+=", page.text)
        title = re.search(r"<title>(.*?)</title>", page.text)
        assert title is not None
        assert "Marvelle" not in title[1] + page.path + " ".join(page.links)
        inputs = re.findall(r"<(?:input|textarea|select)\b(?![^>]*hidden)[^>]*>", page.text)
        assert all('autocomplete="off"' in field for field in inputs), "no browser proposes a name to the next person"
    cookies = [cookie for cookie in person.cookies.jar if cookie.name != "tocsin-form-language"]
    assert all(
        cookie.get_nonstandard_attr("SameSite", cookie.get_nonstandard_attr("samesite")) == "strict"
        for cookie in cookies
    )


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/form/sign-in", SMALL + 1, 413),
        ("/form/resume", SMALL + 1, 413),
        (f"{DRAFT}/send", SMALL + 1, 413),
        (f"{DRAFT}/events", SMALL + 1, 403),
        (f"{DRAFT}/events", LARGE + 1, 413),
    ],
)
def test_only_pages_of_the_report_may_be_large(form: Intake, path: str, size: int, status: int) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert Person(form).ask("POST", path, content=b"a" * size, headers=headers).status == status


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--", 415),
        ({"content-type": "application/x-www-form-urlencoded"}, b"a=%ff", 422),
        ({"content-type": "application/x-www-form-urlencoded"}, "a=é".encode(), 422),
        ({"content-type": "application/x-www-form-urlencoded"}, b"&".join(b"a=1" for _ in range(3001)), 422),
    ],
)
def test_what_no_browser_sends_is_refused(form: Intake, headers: dict[str, str], body: bytes, status: int) -> None:
    assert Person(form).ask("POST", "/form/sign-in", content=body, headers=headers).status == status


def test_another_name_for_this_machine_reads_nothing(form: Intake) -> None:
    assert Person(form).ask("GET", "/form", headers={"host": "evil.example"}).status == 421


def test_the_intake_serves_the_form_and_its_style_from_the_start(tmp_path: Path) -> None:
    app = create_app(Settings(home=tmp_path))
    assert "Your key" in ask(app, "/form", base=BASE).text
    for file in ("form.css", "ground.css", "tocsin.svg"):
        assert ask(app, f"/form/static/{file}", base=BASE).status_code == 200
