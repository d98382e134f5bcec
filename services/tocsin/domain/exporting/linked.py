"""A case as JSON-LD 1.1: coded facts, each with a name that means the same to every reader."""

from collections.abc import Mapping
from datetime import UTC
from types import MappingProxyType
from typing import Any

from tocsin.domain.exporting.case import CaseExport
from tocsin.domain.following.acting import Acted

_TERMS = "urn:tocsin:terms:1:"
CONTEXT: Mapping[str, Any] = MappingProxyType(
    {
        "@version": 1.1,
        "@vocab": _TERMS,
        "dcterms": "http://purl.org/dc/terms/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "identifier": "dcterms:identifier",
        "audience": {"@id": "dcterms:audience", "@container": "@set"},
        "generatedAt": {"@id": "dcterms:created", "@type": "xsd:dateTime"},
        "country": {"@id": "dcterms:spatial"},
        "date": {"@id": "dcterms:temporal", "@type": "dcterms:EDTF"},
        "reports": {"@container": "@list"},
        "actions": {"@container": "@list"},
    }
)
"""Dublin Core where it has a term; else our own, which are the names of the contract for reports."""


def document(case: CaseExport) -> dict[str, Any]:
    """The document as JSON. A report has no name of its own: its id would tell who published it."""
    return {
        "@context": dict(CONTEXT),
        "@id": f"urn:tocsin:case:{case.reference}",
        "@type": "Case",
        "identifier": case.reference,
        "revision": case.revision,
        "priority": case.priority,
        "disclosureLevel": case.level.value,
        "audience": list(case.mandates),
        "generatedAt": case.made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "reports": [{"@type": "Report", **_plain(extract.told())} for extract in case.extracts],
        "actions": [_action(act) for act in case.acted],
    }


def _plain(facts: Mapping[str, object]) -> dict[str, Any]:
    return {
        name: [str(v) for v in value] if isinstance(value, list | tuple) else value for name, value in facts.items()
    }


def _action(act: Acted) -> dict[str, Any]:
    said = {
        "@type": "PlannedAction" if act.planned else "Action",
        "action": act.action.value,
        "mechanism": act.mechanism,
        "signatories": list(act.signatories),
        "states": list(act.states),
        "on": act.on.isoformat() if act.on else None,
        "replied": act.replied,
    }
    return {name: value for name, value in said.items() if value not in (None, [])}
