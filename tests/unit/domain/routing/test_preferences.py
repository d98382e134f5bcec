"""What people decide alone changes how they are told, never who may be told what; who stands in is told anyway."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.routing.chain import chain
from tocsin.domain.routing.preferences import applied, as_wished, may_stand_in, who_may_stand_in
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Absence, Digest, Preferences, Recipient, Role

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()
WEEK = Absence(first_day=TODAY, last_day=TODAY + timedelta(days=6))


def seat(key: str, *mandates: str, **over: object) -> Recipient:
    fields = {"mandates": list(mandates or ("UN-WGAD",)), "role": Role.STAFF, "languages": ["en"]}
    return Recipient(recipient_id=key.encode().hex().ljust(32, "0")[:32], key=key, **fields | over)


def told(people: list[Recipient], wishes: dict[str, Preferences], now: datetime = NOW) -> list[list[str]]:
    wished = as_wished(people, {p.recipient_id: wishes[p.key] for p in people if p.key in wishes})
    keys = {person.recipient_id: person.key for person in people}
    return [[keys[r] for r in tier.recipients] for tier in chain("UN-WGAD", wished, now)]


def away(delegate: str | None = None) -> Preferences:
    return Preferences(absences=[WEEK.model_copy(update={"delegate": delegate})])


@pytest.mark.parametrize(
    ("wishes", "field", "value"),
    [
        (Preferences(language="fr"), "languages", ["fr", "en"]),
        (Preferences(language="en"), "languages", ["en"]),
        (Preferences(digest=Digest(at=time(7, 30))), "digest_at", time(7, 30)),
        (Preferences(digest=Digest()), "digest_at", None),
        (Preferences(), "digest_at", time(18)),
        (Preferences(coded_facts_only=True), "level", DisclosureLevel.L1),
        (Preferences(), "level", DisclosureLevel.L2),
        (away(), "absences", [WEEK]),
    ],
)
def test_each_wish_changes_what_it_names(wishes: Preferences, field: str, value: object) -> None:
    person = seat("one", digest_at=time(18), level=DisclosureLevel.L2)
    assert getattr(applied(person, wishes), field) == value


def test_who_may_be_told_nothing_is_told_no_more_for_wishing() -> None:
    assert applied(seat("one", level=DisclosureLevel.L0), Preferences(coded_facts_only=True)).level == "L0"


STANDING_IN = [
    (seat("other"), True),
    (seat("other", "UN-WGAD", "UN-WATER"), True),
    (seat("other", "UN-WATER"), False),
    (seat("named", "UN-WATER"), True),
    (seat("one"), False),
]


@pytest.mark.parametrize(("other", "may"), STANDING_IN)
def test_only_who_is_told_of_all_mandates_anyway_may_stand_in(other: Recipient, may: bool) -> None:
    assert may_stand_in(seat("one", deputy="named"), other) is may


def test_who_is_not_in_office_cannot_be_chosen() -> None:
    people = [seat("one"), seat("gone", valid_to=TODAY), seat("here")]
    assert [person.key for person in who_may_stand_in(people[0], people, TODAY)] == ["here"]


def test_the_delegate_is_told_in_their_place_once_and_the_chain_goes_on() -> None:
    people = [seat("one"), seat("two"), seat("holder", role=Role.MANDATE_HOLDER)]
    assert told(people, {"one": away("holder")}) == [["holder", "two"]]
    assert told(people, {"one": away("two")}) == [["two"], ["holder"]]


def test_an_absence_ends_by_itself() -> None:
    people = [seat("one"), seat("two", role=Role.MANDATE_HOLDER)]
    after = NOW + timedelta(days=7)
    assert told(people, {"one": away("two")}) == [["two"]]
    assert told(people, {"one": away("two")}, after) == [["one"], ["two"]]


def test_a_delegate_who_may_not_stand_in_any_more_is_told_nothing_in_their_place() -> None:
    people = [seat("one"), seat("holder", role=Role.MANDATE_HOLDER), seat("moved", "UN-WATER")]
    assert told(people, {"one": away("moved")}) == [["holder"]]
    assert told(people, {"one": away("nobody")}) == [["holder"]]


KEYS = ("one", "two", "three", "four")
_days = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))
_absences = st.builds(
    lambda first, length, delegate: Absence(
        first_day=first, last_day=first + timedelta(days=length), delegate=delegate
    ),
    _days,
    st.integers(0, 4),
    st.sampled_from([None, *KEYS, "nobody"]),
)
_wishes = st.builds(lambda absences: Preferences(absences=absences), st.lists(_absences, max_size=2))
_roles = st.sampled_from(list(Role))
_mandates = st.lists(st.sampled_from(["UN-WGAD", "UN-WATER"]), min_size=1, unique=True)


@given(
    people=st.tuples(*(st.tuples(_roles, _mandates) for _ in KEYS)),
    wishes=st.dictionaries(st.sampled_from(KEYS), _wishes),
    day=_days,
)
def test_whatever_people_wish_nobody_is_told_who_could_not_be_nobody_twice_and_somebody_is(
    people: tuple[tuple[Role, list[str]], ...], wishes: dict[str, Preferences], day: date
) -> None:
    seats = [seat(key, *mandates, role=role) for key, (role, mandates) in zip(KEYS, people, strict=True)]
    now = datetime.combine(day, time(12), UTC)
    line = [key for tier in told(seats, wishes, now) for key in tier]
    could = {person.key for person in seats if "UN-WGAD" in person.mandates}
    assert set(line) <= could
    assert len(line) == len(set(line))
    assert bool(line) == bool(could)
