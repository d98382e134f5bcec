"""A case as a message of the Common Alerting Protocol 1.2 (OASIS, CAP-v1.2-os), addressed to those it is made for.

Its words are given by the caller, in one ``info`` block for each language; everything else is coded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from xml.etree import ElementTree

from tocsin.domain.exporting.case import CaseExport
from tocsin_schemas.vocabulary import Certainty, Urgency

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_SENDER = "urn:tocsin"
_SEVERITIES = {"P1": "Extreme", "P2": "Severe", "P3": "Moderate", "P4": "Minor"}
_URGENCIES = {Urgency.IMMEDIATE: "Immediate", Urgency.EXPECTED: "Expected", Urgency.PAST: "Past"}
_CERTAINTIES = {Certainty.OBSERVED: "Observed", Certainty.LIKELY: "Likely", Certainty.POSSIBLE: "Possible"}
_Code = TypeVar("_Code", Urgency, Certainty)
_PARAMETERS = ("date", "expected_on", "next_hearing", "categories", "actions_requested", "reprisal_mechanism", "tlp")
"""Facts that CAP has no element for."""


@dataclass(frozen=True, slots=True)
class Block:
    """The words of one language. language: as RFC 3066 writes it. places: name and code of each State concerned."""

    language: str
    event: str
    headline: str
    description: str
    places: Sequence[tuple[str, str]]


def message(case: CaseExport, blocks: Sequence[Block]) -> bytes:
    """The message as XML in UTF-8. Another revision of the case is another message."""
    alert = ElementTree.Element("alert", xmlns=NAMESPACE)
    _add(alert, "identifier", f"{case.reference}.{case.revision}.{int(case.made_at.timestamp())}")
    _add(alert, "sender", _SENDER)
    _add(alert, "sent", _moment(case.made_at))
    for name, value in (("status", "Actual"), ("msgType", "Alert"), ("scope", "Private")):
        _add(alert, name, value)
    _add(alert, "addresses", " ".join(case.mandates))
    for block in blocks:
        _info(alert, case, block)
    ElementTree.indent(alert)
    written: bytes = ElementTree.tostring(alert, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _info(alert: ElementTree.Element, case: CaseExport, block: Block) -> None:
    info = ElementTree.SubElement(alert, "info")
    _add(info, "language", block.language)
    _add(info, "category", "Security")
    _add(info, "event", block.event)
    _add(info, "urgency", _first(case, "urgency", _URGENCIES))
    _add(info, "severity", _SEVERITIES.get(case.priority, "Unknown"))
    _add(info, "certainty", _first(case, "certainty", _CERTAINTIES))
    _add(info, "senderName", "Tocsin")
    _add(info, "headline", block.headline)
    _add(info, "description", block.description)
    for fact in _PARAMETERS:
        for value in case.all_of(fact):
            _pair(info, "parameter", fact, str(value))
    for name, code in block.places:
        area = ElementTree.SubElement(info, "area")
        _add(area, "areaDesc", name)
        _pair(area, "geocode", "ISO 3166-1 alpha-3", code)


def _first(case: CaseExport, fact: str, words: Mapping[_Code, str]) -> str:
    """The gravest value that is told: that which stands first in CAP's order."""
    told = case.all_of(fact)
    return next((word for value, word in words.items() if value in told), "Unknown")


def _moment(at: datetime) -> str:
    """CAP forbids "Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _pair(parent: ElementTree.Element, kind: str, name: str, value: str) -> None:
    pair = ElementTree.SubElement(parent, kind)
    _add(pair, "valueName", name)
    _add(pair, "value", value)


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text
