"""Many who ask for codes at the same instant get no more of them than one after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tocsin.store.database import unit_of_work
from tocsin.store.recipients import sign_in, sign_in_limits
from tocsin.store.recipients.sign_in import Asking
from visiting import DESK, a_place


@pytest.mark.postgresql
def test_an_address_gets_no_more_codes_from_many_who_ask_at_once(migrated: Callable[[], str], tmp_path: Path) -> None:
    place = a_place(tmp_path, url=migrated())

    def ask(number: int) -> bool:
        asking = Asking(f"browser-{number}", DESK, f"192.0.2.{number}")
        with unit_of_work(place.engine) as connection:
            return sign_in.request(connection, place.deployment, asking, place.now[0])

    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(ask, range(24)))
    assert sum(asked) == sign_in_limits.OF_ADDRESS[0].requests
    place.engine.dispose()
