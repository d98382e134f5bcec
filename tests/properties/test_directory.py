"""Whatever the directory holds comes out as it went in; whatever is altered in a row, one character or all, is refused."""

import string
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from pathlib import Path

import pysequoia
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from builders import an_entry
from databases import NOW, a_database, a_deployment
from directories import put_recipient
from tocsin.cli.directory.files import read_drafts, written
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import administrators, rows
from tocsin.store.directory import entries as directory
from tocsin.store.directory.entries import Altered
from tocsin.store.directory.rows import Row
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.directory import Absence, DutyHours, RecipientEntry, Role, Weekday

_CERTIFICATE = pysequoia.Tsk.generate("desk").extract_certificate()
CERTIFICATE, FINGERPRINT = str(_CERTIFICATE), _CERTIFICATE.fingerprint.upper()
keys = st.from_regex(r"[a-z0-9][a-z0-9._:-]{0,20}", fullmatch=True)
# Words that YAML would read as something else among them.
languages = st.one_of(st.sampled_from(["no", "on", "yes"]), st.text(string.ascii_lowercase, min_size=2, max_size=3))
lines = st.one_of(
    st.sampled_from(["~", "null", "18:30", "1e3", "# desk", "a: b", "- x", "0x1F", "'", "=", "2026-01-01", " x "]),
    st.text("aé ع漢:#'\"-{}[]&*!|>%@`,?\\/", min_size=1, max_size=30).filter(str.strip),
)
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
clocks = st.times().map(lambda t: t.replace(second=0, microsecond=0))
entries = st.builds(
    RecipientEntry,
    key=keys,
    addresses=st.from_regex(r"[a-z0-9]{1,8}@[a-z]{1,8}\.example", fullmatch=True).map(lambda a: {Channel.EMAIL: a}),
    mandates=st.lists(keys, min_size=1, max_size=4),
    role=st.sampled_from(Role),
    title=st.none() | lines,
    languages=st.lists(languages, min_size=1, max_size=3),
    timezone=st.sampled_from(["UTC", "Africa/Tunis", "America/Argentina/Buenos_Aires"]),
    duty_hours=st.none()
    | st.builds(DutyHours, days=st.lists(st.sampled_from(Weekday), min_size=1, max_size=3), start=clocks, end=clocks),
    absences=st.lists(st.builds(Absence, first_day=days, last_day=days, delegate=st.none() | keys), max_size=2),
    deputy=st.none() | keys,
    level=st.sampled_from(DisclosureLevel),
    openpgp=st.none() | st.just(CERTIFICATE),
    digest_at=st.none() | st.sampled_from([time(18, 30), time(7), time(0)]) | clocks,
    valid_from=st.none() | days,
    valid_to=st.none() | days,
)
unlimited = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def a_directory() -> Iterator[tuple[Connection, Deployment, Path]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine, deployment = a_database(folder), a_deployment(folder)
        with unit_of_work(engine) as connection:
            yield connection, deployment, folder
        engine.dispose()


@given(st.lists(entries, min_size=1, max_size=3, unique_by=lambda entry: entry.key))
@unlimited
def test_what_is_written_as_yaml_is_read_as_it_was(found: list[RecipientEntry]) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "directory.yaml"
        for with_addresses in (True, False):
            file.write_text(written(found, with_addresses), encoding="utf-8")
            again = read_drafts(file)
            sealed = {"addresses", "openpgp"}
            assert [draft.seat.model_dump(exclude=sealed) for draft in again] == [
                entry.model_dump(exclude=sealed) for entry in found
            ]
            assert [draft.addresses for draft in again] == [e.addresses if with_addresses else None for e in found]
            assert [draft.openpgp for draft in again] == [e.openpgp if with_addresses else None for e in found]


@given(st.lists(entries, min_size=1, max_size=3, unique_by=lambda entry: entry.key))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_two_have_approved_is_what_the_database_gives_back(found: list[RecipientEntry]) -> None:
    with a_directory() as (connection, deployment, _):
        for entry in found:
            put_recipient(connection, deployment, entry, NOW)
        assert {e.key: e for e in directory.entries(connection, deployment)} == {e.key: _signed(e) for e in found}


def _signed(entry: RecipientEntry) -> RecipientEntry:
    """With what the certificate itself says."""
    return entry.model_copy(update={"openpgp_fingerprint": FINGERPRINT if entry.openpgp else None})


with a_directory() as (_connection, DEPLOYMENT, _):
    PERSON = put_recipient(_connection, DEPLOYMENT, an_entry("wgad@un.example", ["UN-WGAD"], title="desk"), NOW)
    _row = rows.one(_connection, PERSON)
    assert _row is not None
    ROW: Row = _row
    PEOPLE = administrators.load(_connection, DEPLOYMENT.identities)


OWN = [field for field in Row._fields if field != "latest"]
"""What stands in the row itself."""


@given(st.sampled_from(OWN), st.integers(0, 10_000), st.characters(codec="utf-8"))
@settings(max_examples=200, deadline=None)
def test_one_character_altered_anywhere_in_a_row_is_refused(field: str, place: int, character: str) -> None:
    before = str(getattr(ROW, field))
    place %= len(before)
    after = before[:place] + character + before[place + 1 :]
    assume(after != before)
    version = int(after) if field == "version" and after.isdecimal() else after
    _refused(ROW._replace(**{field: version if field == "version" else after}), field, before, after)


@given(st.sampled_from(OWN), st.none() | st.integers() | st.binary(max_size=9) | st.text(max_size=9))
@settings(max_examples=200, deadline=None)
def test_a_column_that_holds_anything_else_is_refused(field: str, value: object) -> None:
    assume(value != getattr(ROW, field))
    _refused(ROW._replace(**{field: value}), field, getattr(ROW, field), value)


def _refused(altered: Row, field: str, before: object, after: object) -> None:
    try:
        sound = rows.check(altered, DEPLOYMENT.identities, PEOPLE)
    except Altered:
        return
    # The same in other words, such as a blank in the JSON or "Z" for "+00:00": nothing is altered by that.
    assert sound == rows.check(ROW, DEPLOYMENT.identities, PEOPLE)
    assert field in {"entry", "address_digests", "proposed_at", "approved_at"}
    assert isinstance(after, str)
    assert before != after
