"""The recipients' pages on PostgreSQL, and codes under many tries at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from long_records import a_long_record, downloaded, turned
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin.store.mail import notice_claims
from tocsin.store.recipients import sign_in
from tocsin.store.recipients.sign_in import Redeemed
from visiting import DESK, HOLDER, Place, a_place, received, text_of

pytestmark = pytest.mark.postgresql


def test_one_signs_in_and_answers_and_no_code_has_more_tries_than_five(
    migrated: Callable[[], str], tmp_path: Path
) -> None:
    place = a_place(tmp_path, url=migrated())
    browser = place.signed_in()
    page = browser.submit(browser.form(place.path, "acknowledged"))
    assert "It is recorded" in text_of(page)
    assert len(received(place, "answer.given")) == 1
    browser.submit(browser.form(place.path, "actions"), stands="planned", type="country_visit")
    assert len(received(place, "action.planned")) == 1
    assert {row.recipient_id for row in place.rows(tables.viewed)} == {place.people[DESK]}
    with unit_of_work(place.engine) as connection:
        claimed = notice_claims.claim(connection, place.now[0])
    assert claimed is not None
    assert claimed.kind == "sign-in-code"
    _hammer(place)
    place.engine.dispose()


def test_turning_the_pages_of_a_record_shows_each_line_of_years_once(
    migrated: Callable[[], str], tmp_path: Path
) -> None:
    place = a_place(tmp_path, url=migrated())
    expected = a_long_record(place, seed=4)
    browser = place.signed_in()
    lines = [line for page in turned(browser) for line in page]
    assert Counter(lines) == expected
    assert lines == downloaded(browser)
    place.engine.dispose()


def _hammer(place: Place) -> None:
    """Thirty at once, of which the right one is the last."""
    browser = place.browser()
    browser.ask_for_code(HOLDER)
    right, secret = place.codes()[-1][1], browser.cookies["tocsin-browser"]
    wrong = [f"{number:06d}" for number in range(40) if f"{number:06d}" != right][:30]

    def guess(code: str) -> Redeemed | None:
        with unit_of_work(place.engine) as connection:
            return sign_in.redeem(connection, place.deployment.identities, secret, code, place.now[0])

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(guess, wrong)) == {None}
    assert guess(right) is None
    (row,) = [row for row in place.rows(tables.sign_in_codes) if row.recipient_id == place.people[HOLDER]]
    assert row.tries == sign_in.TRIES
