"""No label can tell of a person, a case, a country or a single mechanism."""

import pytest
from prometheus_client.metrics import MetricWrapperBase

from tocsin.runtime import labels, metrics

LABELS = {
    "code", "consumer", "decision", "event", "family", "kind", "labelled", "level", "list", "outcome", "priority",
    "provider", "stage", "state", "statistic", "topic", "turned", "urgent",
}  # fmt: skip
HOSTILE = ("Amina Benkhelifa", "أمينة", "a.benkhelifa@rights.example", "HRD-7F3K-22Q", "TUN", "5f0f2a638f575d5e9a35")


def test_the_names_of_labels_are_a_closed_list() -> None:
    own = [metric for metric in vars(metrics).values() if isinstance(metric, MetricWrapperBase)]
    assert {name for metric in own for name in metric._labelnames} == LABELS


@pytest.mark.parametrize(
    ("publisher", "family"),
    [
        ("UN-SRHRD", "un"),
        ("NGO-OBS", "ngo"),
        ("OIF", "oif"),
        ("IACHR-RHRD", "iachr"),
        ("Amina", "other"),
        ("amina-desk", "other"),
        ("", "other"),
    ],
)
def test_of_a_publisher_no_more_is_told_than_a_family_that_was_known_before(publisher: str, family: str) -> None:
    assert labels.family(publisher) == family


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_no_code_word_is_other_whatever_it_labels(value: str) -> None:
    metrics.report_received(value)
    metrics.sources_silent({value: 5.0})
    metrics.dedup_decision(value)
    metrics.reviews_oldest({value: 5.0})
    metrics.unacknowledged({value: 1}, {value: 5.0})
    metrics.acknowledged(value, 5.0)
    metrics.unanswered(value)
    metrics.escalated(value)
    metrics.due_time_fired(value, 5.0)
    metrics.mail(value, True, 5.0)
    metrics.deliveries_oldest({value: 5.0})
    shown = {
        label for family in metrics.REGISTRY.collect() for sample in family.samples for label in sample.labels.values()
    }
    assert value not in shown
    assert value.lower() not in shown


def test_of_two_values_that_are_other_the_older_counts() -> None:
    metrics.reviews_oldest({"Amina B": 7.0, "Karim C": 3.0})
    assert metrics.REGISTRY.get_sample_value("hrd_reviews_oldest_seconds", {"kind": "other"}) == 7.0


def test_a_family_is_as_silent_as_its_newest_publisher() -> None:
    metrics.sources_silent({"EU-EEAS": 500.0, "EU-PD": 20.0})
    assert metrics.REGISTRY.get_sample_value("hrd_source_silence_seconds", {"family": "eu"}) == 20.0
