"""Letters that must be refused, each for one reason, and one that is meant for nobody's report."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tocsin.devtools.corpus.letters import WRITTEN_AT, Letter, Outcome, write
from tocsin_schemas.events import encode_headers

_TOO_LARGE = 256 * 1024 + 1


def letters() -> list[Letter]:
    return [
        _letter("malformed", "json-malformed", body=lambda text: text[:-7]),
        _letter("empty", "body-empty", body=lambda _: ""),
        _letter("duplicate-key", "json-duplicate-key", body=lambda text: '{"language":"fr",' + text[1:]),
        _letter("oversize", "body-too-large", body=lambda text: text + " " * _TOO_LARGE),
        _letter("missing-field", "missing", without="language"),
        _letter("unknown-field", "extra-forbidden", email="someone@nowhere.invalid"),
        _letter("reversed-name", "text-invisible-character", alleged_victims=[_victim("Tamsin \u202eellevraM")]),
        _letter("bad-date", "date-edtf", violation={"types": ["arrest"], "date": "2026-02-30", "country": "FJI"}),
        _letter("nobody-named", "report-without-victim", alleged_victims=[]),
        _letter("unknown-violation", "enum", violation={"types": ["rudeness"], "date": "2026", "country": "FJI"}),
        _letter("strict-without-mechanism", "reprisal-without-mechanism", reprisal={"strict": True}),
        _not_utf8(),
        _unknown_type(),
        _missing_header(),
        _unknown_withdrawal(),
    ]


def _victim(name: str) -> dict[str, Any]:
    return {"names": [{"value": name}]}


def _content(reference: str, **changes: Any) -> dict[str, Any]:
    return {
        "publisher": "NGO-FLD",
        "publisher_reference": f"FLD-invalid-{reference}",
        "language": "en",
        "received_at": WRITTEN_AT.isoformat(),
        "source": {"relation": "witness", "contact": "witness@nowhere.invalid"},
        "alleged_victims": [_victim("Tamsin Marvelle")],
        "violation": {"types": ["arrest"], "date": "2026-07", "country": "FJI"},
        **changes,
    }


def _letter(
    note: str,
    code: str,
    *,
    without: str | None = None,
    body: Callable[[str], str] = lambda text: text,
    **changes: Any,
) -> Letter:
    content = _content(note, **changes)
    if without is not None:
        del content[without]
    letter = write(content, f"invalid: {note}").refused(code)
    return replace(letter, body=body(json.dumps(content, ensure_ascii=False)).encode())


def _not_utf8() -> Letter:
    letter = _letter("latin-1", "body-not-utf8", language="fr")
    return replace(letter, body=letter.body.replace(b"Marvelle", "Mérveille".encode("latin-1")))


def _unknown_type() -> Letter:
    letter = _letter("unknown-type", "event-type-unknown")
    headers = encode_headers("unknown-type.1", "report.whispered", "https://ngo-fld.example/reports", WRITTEN_AT)
    return replace(letter, event_type="report.whispered", headers=tuple(headers))


def _missing_header() -> Letter:
    letter = _letter("missing-header", "envelope-attribute-missing")
    return replace(letter, headers=tuple(header for header in letter.headers if header[0] != "ce_source"))


def _unknown_withdrawal() -> Letter:
    content = {
        "publisher": "NGO-FLD",
        "publisher_reference": "FLD-never-published",
        "revision": 2,
        "reason": "unfounded",
        "withdrawn_at": WRITTEN_AT.isoformat(),
    }
    return write(content, "invalid: unknown withdrawal", Outcome.WITHDRAWN, "report.withdrawn").refused(
        "report-unknown"
    )
