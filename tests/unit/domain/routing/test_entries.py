"""What is wrong or doubtful in the directory's entries is named by a code and a place."""

from datetime import date

import pytest

from builders import an_entry
from tocsin.domain.routing.entries import Fault, differences, faults, still_named
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Absence, RecipientEntry

TODAY, MANDATES = date(2026, 11, 24), {"UN-WGAD", "UN-TORTURE"}


def away(key: str, *absences: tuple[int, int, str | None], **over: object) -> RecipientEntry:
    """A person who is away from one day of December to another, and who stands in."""
    rows = [Absence(first_day=date(2026, 12, a), last_day=date(2026, 12, b), delegate=d) for a, b, d in absences]
    return an_entry(f"{key}@un.example", ["UN-WGAD"], key=key, absences=rows, **over)


@pytest.mark.parametrize(
    ("people", "circle"),
    [
        ([away("a", (1, 9, "b")), away("b")], False),
        ([away("a", (1, 9, "b")), away("b", (10, 19, "a"))], False),
        ([away("a", (1, 9, "b")), away("b", (9, 19, "a"))], True),
        ([away("a", (1, 9, "b")), away("b", (5, 19, None))], False),
        ([away("a", (1, 9, "b")), away("b", (2, 9, "c")), away("c", (3, 4, "a"))], True),
        ([away("c"), away("a", (1, 9, "b")), away("b", (2, 3, "c"), (5, 6, "a"))], True),
    ],
)
def test_delegations_must_reach_somebody_on_every_day(people: list[RecipientEntry], circle: bool) -> None:
    assert ("delegation-cycle" in {f.code for f in faults(people, [], MANDATES, TODAY)}) == circle
    last = faults(people[-1:], people[:-1], MANDATES, TODAY)
    assert ("delegation-cycle" in {f.code for f in last}) == circle, "also if the last entry alone is new"


HOLDER = away("a")


@pytest.mark.parametrize(
    ("proposed", "known", "expected"),
    [
        (away("b", level=DisclosureLevel.L2), [], Fault("level-without-key", "recipient 1: level", False)),
        (away("a", valid_to=TODAY), [HOLDER], Fault("mandate-without-holder", "UN-WGAD", False)),
        (
            away("b", addresses=HOLDER.addresses),
            [HOLDER],
            Fault("address-shared", "recipient 1: addresses/email", False),
        ),
    ],
)
def test_what_is_doubtful_is_a_warning(proposed: RecipientEntry, known: list[RecipientEntry], expected: Fault) -> None:
    assert faults([proposed], known, MANDATES, TODAY) == [expected]


def test_what_differs_is_told_by_codes() -> None:
    assert differences(None, HOLDER) == ("added",)
    assert differences(HOLDER, HOLDER) == ()
    changed = away("a", (1, 2, None), languages=["fr"], valid_from=TODAY, valid_to=date(2027, 1, 1))
    assert set(differences(HOLDER, changed)) == {"languages", "absences", "validity"}


def test_who_is_deputy_or_delegate_of_another_is_still_named() -> None:
    assert still_named("a", [HOLDER, away("b", deputy="a")])
    assert still_named("a", [HOLDER, away("b", (1, 2, "a"))])
    assert not still_named("a", [away("a", deputy="b"), away("b")])
