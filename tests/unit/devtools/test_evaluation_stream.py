"""The invented stream has in it what it is to test, and is the same at each run."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from tocsin.devtools.evaluation.invented import Arrived, stream
from tocsin.devtools.evaluation.labelled import CasePair, IndexName, NamePair
from tocsin.devtools.evaluation.people import Population, population
from tocsin.devtools.evaluation.replay import Resolved
from tocsin.devtools.evaluation.scenes import Setting, settings
from tocsin.devtools.evaluation.streaming import measure_stream
from tocsin.domain.matching.verdicts import Verdict
from tocsin.resolver.outcome import Outcome

GIVEN = ["Anouk", "Beren", "Calixte", "Davor", "Emeka", "Fadila", "Goran", "Hind", "Ilir", "Joana"]


def people() -> Population:
    """300 invented persons with two spellings each, and for each one other of a similar name."""
    names = [f"{given} Belvedi{n:03d}" for n in range(30) for given in GIVEN]
    index = [IndexName("index", name, name) for name in names]
    queries = [IndexName("query", name, name.upper()) for name in names]
    single = [IndexName("index", "single", "Only One"), IndexName("padding", "N1", "Pad Ding")]
    pairs = [NamePair("", name, f"{name} Ould", False, "latin-un", (None, None)) for name in names]
    return population([*index, *queries, *single], pairs)


PLACES = (Setting("TN", ("Sfax", "Safaqis")), Setting("CO", ("", "Medellín")))


@pytest.fixture(scope="module")
def arrived() -> list[Arrived]:
    return stream(people(), PLACES, 800, seed=3)


def test_only_persons_with_two_spellings_take_part() -> None:
    assert len(people().persons) == 300
    assert all(len(person.names) == 2 for person in people().persons)


def test_the_same_seed_gives_the_same_stream_and_another_gives_another(arrived: list[Arrived]) -> None:
    assert stream(people(), PLACES, 800, seed=3) == arrived
    assert stream(people(), PLACES, 800, seed=4) != arrived


def test_it_is_as_long_as_asked_for_and_in_order_of_arrival(arrived: list[Arrived]) -> None:
    times = [item.report.received_at for item in arrived]
    assert len(arrived) == 800
    assert times == sorted(times)
    assert len({(r.report.publisher, r.report.publisher_reference) for r in arrived}) == 800


def test_cases_have_one_to_five_reports_of_different_publishers(arrived: list[Arrived]) -> None:
    publishers: defaultdict[str, list[str]] = defaultdict(list)
    for item in arrived:
        if not item.nameless:
            publishers[item.truth].append(item.report.publisher)
    assert {len(found) for found in publishers.values()} == {1, 2, 3, 4, 5}
    assert all(len(set(found)) == len(found) for found in publishers.values())


def test_it_holds_new_arrests_relatives_lookalikes_references_and_withheld_names(arrived: list[Arrived]) -> None:
    named = [item for item in arrived if not item.nameless]
    events: defaultdict[str, set[str]] = defaultdict(set)
    for item in named:
        events[item.report.alleged_victims[0].names[0].value.casefold()].add(item.truth)
    assert any(len(truths) > 1 for truths in events.values()), "one name in two events"
    assert any(" ould" in name for name in events)
    assert any(item.report.references for item in named)
    assert any(item.report.group for item in arrived if item.nameless)
    assert any(item.report.alleged_victims for item in arrived if item.nameless)
    numbers = {r.value: item.truth for item in named for r in item.report.references}
    assert all(numbers[r.value] == item.truth for item in named for r in item.report.references)


def test_a_stream_tells_dates_as_differently_as_the_labelled_cases(arrived: list[Arrived]) -> None:
    told: defaultdict[str, list[str]] = defaultdict(list)
    for item in arrived:
        told[item.truth].append(item.report.violation.date)
    kinds: Counter[str] = Counter()
    for dates in told.values():
        whole = [date.fromisoformat(d) for d in dates if len(d) == 10 and "/" not in d]
        kinds["missing"] += sum("/" in d for d in dates)
        kinds["month"] += sum(len(d) == 7 for d in dates)
        kinds["wrong"] += sum(abs((d - whole[0]).days) > 31 for d in whole)
        kinds["same"] += sum(d == whole[0] for d in whole[1:])
    assert kinds["same"] > 5 * max(kinds["missing"], kinds["month"], kinds["wrong"])
    assert min(kinds[kind] for kind in ("missing", "month", "wrong")) > 5


def test_settings_come_from_pairs_of_one_case_that_name_the_country() -> None:
    told = {"country": "", "place": "Sfax"}
    pairs = [
        CasePair("1", "same", told, {"country": "TN", "place": ""}),
        CasePair("2", "same", told, told),
        CasePair("3", "lookalike", {"country": "CO", "place": ""}, told),
    ]
    assert settings(pairs) == (Setting("TN", ("Sfax", "")),)


def test_what_withholds_the_name_is_counted_apart(arrived: list[Arrived]) -> None:
    def resolved(number: int, item: Arrived) -> Resolved:
        decision = Verdict.DUPLICATE if item.nameless else Verdict.UNRELATED
        return Resolved(str(number), Outcome("opened", "", item.truth, decision, 3), float(number))

    figures = measure_stream(arrived, [resolved(n, item) for n, item in enumerate(arrived)], seconds=2.0)
    assert (figures["stream_nameless"], figures["stream_bcubed"], figures["stream_rate"]) == (1.0, 1.0, 400.0)
    assert (figures["stream_joined"], figures["stream_missed"], figures["stream_swallowed"]) == (1.0, 0.0, 0.0)
    assert (figures["stream_p50"], figures["stream_p99"]) == (399.0, 791.0)
