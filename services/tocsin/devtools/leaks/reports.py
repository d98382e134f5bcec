"""Reports with values in whatever they let people write, sealed as publishers should: and what is wrong with some."""

import json
from collections.abc import Mapping
from typing import Any

from tocsin.devtools.leaks.house import NEIGHBOUR, PUBLISHER, House
from tocsin.devtools.leaks.values import MAIL, Hand
from tocsin.runtime import clock
from tocsin_schemas.reports import Report

Content = dict[str, Any]
GRANTED = [
    {"recipient": audience, "purpose": purpose, "status": "granted", "informed": True}
    for audience in ("all_mechanisms", "ngos")
    for purpose in ("alert", "share")
]
"""Enough for an alert, and for full text to whoever can have it."""
COUNTRIES = ("TUN", "KAZ", "GEO")


def content(hand: Hand, number: int, publisher: str = PUBLISHER, shared: bool = False) -> Content:
    """A report. shared: its consent opens full text, so that some values must be found there."""
    told = (MAIL,) if shared else ()
    consent = GRANTED if shared else [each for each in GRANTED if each["purpose"] == "alert"]
    return {
        "publisher": publisher,
        "publisher_reference": f"{publisher}-{number} {hand('publisher reference', open_in=told)}",
        "language": "en",
        "received_at": clock.now().isoformat(),
        "alleged_victims": [_victim(hand, told)],
        "violation": _violation(hand, number, told),
        "detention": _detention(hand, told),
        "references": [{"scheme": "court", "value": hand("number of another procedure", open_in=told)}],
        "evidence": [
            {
                "kind": "photo",
                "description": hand("attachment", open_in=told),
                "location": f"https://store.example/{hand('where an attachment lies', 'latin')}",
            }
        ],
        "source": _source(hand),
        "consent": [each | {"given_by": hand("who consented")} for each in consent[:1]] + consent[1:],
        "verification": {"certainty": "likely", "verified_by": hand("who verified")},
        "narratives": [{"language": "en", "text": f"{hand('narrative', open_in=told)} was taken at dawn."}],
    }


def _victim(hand: Hand, told: tuple[str, ...]) -> Content:
    name, family = hand("name", open_in=told), hand("family name", open_in=told)
    return {
        "names": [{"value": f"{name} {family}"}, {"value": hand("alias", open_in=told), "kind": "alias"}],
        "gender": "woman",
        "residence": hand("residence", open_in=told),
        "organisations": [{"name": f"Union {hand('organisation', open_in=told)}"}],
        "defender": {"topics": ["rule_of_law"], "description": hand("work", open_in=told)},
        "health": {"condition": f"Diabetes, says {hand('health', open_in=told)}"},
        "identity_document": f"passport {hand.phone('identity document')}",
        "dependants": hand("children", open_in=told),
        "contact": f"sister {hand('sister')} {hand.phone('telephone of family')} {hand.address('mail of family')}",
    }


def _violation(hand: Hand, number: int, told: tuple[str, ...]) -> Content:
    return {
        "types": ["arrest", "arbitrary_detention"],
        "date": f"2026-10-{number % 28 + 1:02d}",
        "country": COUNTRIES[number % len(COUNTRIES)],
        "place": {"name": hand("place", open_in=told)},
        "authorities": [{"kind": "police", "name": hand("perpetrator", open_in=told)}],
        "witnesses": f"{hand('confidential witness')} saw it; call {hand.phone('telephone of a witness')}",
        "current_situation": hand("situation", open_in=told),
    }


def _detention(hand: Hand, told: tuple[str, ...]) -> Content:
    return {
        "stated_reason": hand("case detail", open_in=told),
        "charges": [hand("charge", open_in=told)],
        "custodies": [{"place": hand("prison", open_in=told), "authority": "police"}],
    }


def _source(hand: Hand) -> Content:
    contact = f"{hand.address('mail of the source')}, {hand.phone('telephone of the source')}"
    return {"relation": "witness", "name": hand("source"), "contact": contact}


def publish(house: House, count: int, shared: int) -> list[Content]:
    """``count`` sealed reports, the first ``shared`` open to the reader; a correction; and again by a neighbour."""
    hand = house.hand
    written = [content(hand, number, shared=number < shared) for number in range(count)]
    with house.publishing() as publisher:
        for report in written:
            publisher.submit(Report.model_validate_json(json.dumps(report)))
        corrected = written[shared] | {
            "revision": 2,
            "narratives": [{"language": "en", "text": hand("corrected narrative")}],
        }
        publisher.correct(Report.model_validate_json(json.dumps(corrected)))
    with house.publishing(NEIGHBOUR) as neighbour:
        for number, report in enumerate(written[shared : shared + 4]):
            neighbour.submit(Report.model_validate_json(json.dumps(_said_again(hand, report, number))))
    return written


def publish_in_clear(house: House) -> None:
    """By a publisher who does not seal: a report that is accepted."""
    with house.publishing(NEIGHBOUR, sealed=False) as neighbour:
        report = content(house.hand.in_clear(), 30, NEIGHBOUR)
        neighbour.submit(Report.model_validate_json(json.dumps(report)))


def _said_again(hand: Hand, report: Mapping[str, Any], number: int) -> Content:
    """The same person and event, in other words: two of them near enough to join, two so that a person must look."""
    first = report["alleged_victims"][0]["names"][0]["value"]
    name = first if number % 2 == 0 else f"{first.split()[0]} {hand('other family name')}"
    changed = {"publisher": NEIGHBOUR, "publisher_reference": f"again {number} {hand('publisher reference')}"}
    victim = {"names": [{"value": name}], "gender": "woman", "contact": hand("contact")}
    return {**report, **changed, "alleged_victims": [victim]}


def withdraw(house: House, references: list[str]) -> None:
    """Take reports back, which are there by now."""
    with house.publishing() as publisher:
        for reference in references:
            publisher.withdraw(reference, 3, "consent_withdrawn")
