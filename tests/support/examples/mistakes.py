"""Mistakes that people make when they publish: each is a sound event and one change, with the refusal it must meet."""

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from builders import a_report
from tocsin.store.publishing.publishers import Publisher
from tocsin.store.receiving.authenticating import Sender
from tocsin_schemas.events import Event, decode_event, encode_headers, misplaced
from tocsin_schemas.model import Model
from tocsin_schemas.topics import TOPIC_OF

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
REPORTS = "tocsin.reports.v1"


@dataclass(frozen=True)
class Sent:
    """An event as a publisher hands it to Kafka."""

    headers: tuple[tuple[str, bytes], ...]
    body: bytes
    topic: str = REPORTS

    @property
    def content(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Mistake:
    name: str
    change: Callable[[Sent], Sent]
    code: str
    path: str
    mendable: bool = True
    """Whether what the message says can be done without asking anybody what is meant."""


def read(sent: Sent) -> Event[Model]:
    """As the resolver does; raises InvalidEvent."""
    event = decode_event(sent.headers, sent.body, NOW)
    if TOPIC_OF[event.type].name != sent.topic:
        raise misplaced(event.type)
    Sender("ACHPR-SRHRD", Publisher("ACHPR-SRHRD", (), NOW, "operator-1")).check(event.data)
    return event


def sound() -> Sent:
    report = json.loads(a_report().model_dump_json(exclude_none=True))
    report["violation"]["place"] = {"name": "Rive-Haute", "latitude": 6.1, "longitude": 1.2}
    report["handling"] = {"confidential_fields": ["/alleged_victims/0/health"], "tlp": "amber"}
    report["evidence"] = [{"kind": "photo", "sha256": "ab" * 32}]
    headers = encode_headers("ACHPR-2026-1", "report.submitted", "//achpr.example", NOW)
    return Sent(tuple(headers), json.dumps(report, ensure_ascii=False, indent=1).encode())


def put(path: str, value: Any) -> Callable[[Sent], Sent]:
    """Write ``value`` at ``path``; ``...`` takes the field away."""

    def change(sent: Sent) -> Sent:
        content = sent.content
        *owners, last = path.strip("/").split("/")
        place = content
        for part in owners:
            place = place[int(part)] if isinstance(place, list) else place[part]
        if value is ...:
            del place[last]
        else:
            place[int(last) if isinstance(place, list) else last] = value
        return Sent(sent.headers, json.dumps(content, ensure_ascii=False, indent=1).encode(), sent.topic)

    return change


def body(change: Callable[[bytes], bytes]) -> Callable[[Sent], Sent]:
    return lambda sent: Sent(sent.headers, change(sent.body), sent.topic)


def header(name: str, value: bytes | None, new_name: str | None = None) -> Callable[[Sent], Sent]:
    """Give a header another value, or another name, or none at all (``None``)."""

    def change(sent: Sent) -> Sent:
        changed = [(new_name or n, value if value is not None else v) if n == name else (n, v) for n, v in sent.headers]
        if value is None and new_name is None:
            changed = [(n, v) for n, v in sent.headers if n != name]
        return Sent(tuple(changed), sent.body, sent.topic)

    return change


def envelope(content: bytes) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "ACHPR-2026-1",
        "type": "org.tocsin.report.submitted",
        "source": "//achpr.example",
        "data": json.loads(content),
    }


def structured(
    content_type: str | None, change: Callable[[dict[str, Any]], Any] = lambda whole: None
) -> Callable[[Sent], Sent]:
    def sent_so(sent: Sent) -> Sent:
        whole = envelope(sent.body)
        change(whole)
        headers = [("content-type", content_type.encode())] if content_type else []
        return Sent(tuple(headers), json.dumps(whole, ensure_ascii=False).encode(), sent.topic)

    return sent_so


VICTIM, VIOLATION = "/alleged_victims/0", "/violation"
PATTERN, EDTF, TIME, MALFORMED = "string-pattern-mismatch", "date-edtf", "datetime-invalid", "json-malformed"

MISTAKES = (
    Mistake("country in two letters", put("/violation/country", "TG"), PATTERN, "/violation/country"),
    Mistake("country in lower case", put("/violation/country", "tgo"), PATTERN, "/violation/country"),
    Mistake("country by name", put("/violation/country", "Benin"), PATTERN, "/violation/country"),
    Mistake("language by name", put("/language", "english"), PATTERN, "/language"),
    Mistake("language as locale", put("/language", "pt-BR"), PATTERN, "/language"),
    Mistake("language in capitals", put("/language", "EN"), PATTERN, "/language"),
    Mistake("day before month", put("/violation/date", "20/11/2026"), EDTF, "/violation/date"),
    Mistake("date with slashes", put("/violation/date", "2026/11/20"), EDTF, "/violation/date"),
    Mistake("date in words", put("/violation/date", "20 November 2026"), EDTF, "/violation/date"),
    Mistake("thirtieth of February", put("/violation/date", "2026-02-30"), EDTF, "/violation/date"),
    Mistake("date with a time", put("/violation/date", "2026-11-20T10:00:00Z"), EDTF, "/violation/date"),
    Mistake("date as a number", put("/violation/date", 20261120), "string-type", "/violation/date"),
    Mistake("interval backwards", put("/violation/date", "2026-11-20/2026-11-18"), EDTF, "/violation/date"),
    Mistake(
        "exact day as day first", put("/consent/0/decided_on", "18.11.2026"), "date-invalid", "/consent/0/decided_on"
    ),
    Mistake("time without offset", put("/received_at", "2026-11-21T08:30:00"), TIME, "/received_at"),
    Mistake("time with a space", put("/received_at", "2026-11-21 08:30:00"), TIME, "/received_at"),
    Mistake("time in seconds", put("/received_at", 1795249800), TIME, "/received_at"),
    Mistake("day in place of a time", put("/received_at", "2026-11-21"), TIME, "/received_at"),
    Mistake("number in quotes", put("/revision", "1"), "int-type", "/revision"),
    Mistake("revision zero", put("/revision", 0), "greater-than-equal", "/revision"),
    Mistake("revision null", put("/revision", None), "int-type", "/revision"),
    Mistake(
        "one victim, no list",
        lambda s: put("/alleged_victims", s.content["alleged_victims"][0])(s),
        "list-type",
        "/alleged_victims",
    ),
    Mistake("types as one text", put("/violation/types", "arrest"), "list-type", "/violation/types"),
    Mistake(
        "countries in one text", put(f"{VICTIM}/nationalities", "TGO, BEN"), "list-type", f"{VICTIM}/nationalities"
    ),
    Mistake("name as a text", put(f"{VICTIM}/names/0", "Afi Mensahvi"), "object-type", f"{VICTIM}/names/0"),
    Mistake("names as one text", put(f"{VICTIM}/names", "Afi Mensahvi"), "list-type", f"{VICTIM}/names"),
    Mistake("gender by another word", put(f"{VICTIM}/gender", "female"), "enum", f"{VICTIM}/gender"),
    Mistake("listed word in capitals", put("/violation/types/0", "Arrest"), "enum", "/violation/types/0"),
    Mistake("listed word with a space", put("/violation/types/1", "arbitrary detention"), "enum", "/violation/types/1"),
    Mistake("list in place of a word", put("/source/relation", ["organisation"]), "enum", "/source/relation"),
    Mistake("field by another name", put(f"{VICTIM}/dob", "1988"), "extra-forbidden", VICTIM),
    Mistake("field at the wrong level", put("/urgency", "immediate"), "extra-forbidden", ""),
    Mistake("field that is none of ours", put("/internal_case_number", 17), "extra-forbidden", ""),
    Mistake("no source", put("/source", ...), "missing", "/source"),
    Mistake("no language", put("/language", ...), "missing", "/language"),
    Mistake("no value of a name", put(f"{VICTIM}/names/0", {"kind": "full"}), "missing", f"{VICTIM}/names/0/value"),
    Mistake("required object null", put("/source", None), "object-type", "/source"),
    Mistake("yes in quotes", put(f"{VICTIM}/minor", "yes"), "bool-type", f"{VICTIM}/minor"),
    Mistake("one for true", put(f"{VICTIM}/minor", 1), "bool-type", f"{VICTIM}/minor"),
    Mistake("list null", put("/references", None), "list-type", "/references"),
    Mistake("nobody named", put("/alleged_victims", []), "report-without-victim", ""),
    Mistake("blank name", put(f"{VICTIM}/names/0/value", " "), "text-blank", f"{VICTIM}/names/0/value", mendable=False),
    Mistake(
        "line break in a name",
        put(f"{VICTIM}/names/0/value", "Afi\nMensahvi"),
        "text-line-break",
        f"{VICTIM}/names/0/value",
    ),
    Mistake(
        "direction mark in a text",
        put("/narratives/0/text", "Arrested \u202eat home"),
        "text-invisible-character",
        "/narratives/0/text",
    ),
    Mistake(
        "zero-width space in a name",
        put(f"{VICTIM}/names/0/value", "Afi\u200bMensahvi"),
        "text-invisible-character",
        f"{VICTIM}/names/0/value",
    ),
    Mistake(
        "control character", put("/narratives/0/text", "Arrested\u0007"), "text-control-character", "/narratives/0/text"
    ),
    Mistake("narrative too long", put("/narratives/0/text", "a" * 50_001), "string-too-long", "/narratives/0/text"),
    Mistake("publisher with a space", put("/publisher", "ACHPR SRHRD"), PATTERN, "/publisher"),
    Mistake("publisher of another key", put("/publisher", "UN-WGAD"), "publisher-mismatch", "/publisher"),
    Mistake(
        "pointer with dots",
        put("/handling/confidential_fields/0", "alleged_victims.0.health"),
        PATTERN,
        "/handling/confidential_fields/0",
    ),
    Mistake("number with a comma", put("/violation/place/latitude", "6,1"), "float-type", "/violation/place/latitude"),
    Mistake("digest in capitals", put("/evidence/0/sha256", "AB" * 32), PATTERN, "/evidence/0/sha256"),
    Mistake(
        "strict reprisal, no mechanism", put("/reprisal", {"strict": True}), "reprisal-without-mechanism", "/reprisal"
    ),
    Mistake(
        "two recipients in one",
        put("/consent/0/recipient", ["ngos", "media"]),
        "recipient-invalid",
        "/consent/0/recipient",
    ),
    Mistake(
        "recipient by name",
        put("/consent/0/recipient", "Working Group"),
        "recipient-invalid",
        "/consent/0/recipient",
        mendable=False,
    ),
    Mistake("not a number", body(lambda b: b.replace(b'"latitude": 6.1', b'"latitude": NaN')), "json-not-a-number", ""),
    Mistake("trailing comma", body(lambda b: b.rstrip(b"\n}") + b",\n}"), MALFORMED, ""),
    Mistake("single quotes", body(lambda b: b.replace(b'"', b"'")), MALFORMED, ""),
    Mistake("words of Python", body(lambda b: b.replace(b"true", b"True")), MALFORMED, ""),
    Mistake("comment", body(lambda b: b.replace(b"{", b"{ // our report\n", 1)), MALFORMED, ""),
    Mistake("two reports in one message", body(lambda b: b + b"\n" + b), MALFORMED, ""),
    Mistake(
        "line break inside a text",
        body(lambda b: b.replace(b"She was arrested ", b"She was\narrested ")),
        MALFORMED,
        "",
    ),
    Mistake("cut in the middle", body(lambda b: b[: len(b) // 2]), MALFORMED, "", mendable=False),
    Mistake("XML", body(lambda b: b"<report><publisher>ACHPR</publisher></report>"), MALFORMED, "", mendable=False),
    Mistake(
        "a spreadsheet's rows",
        body(lambda b: b"publisher,reference,country\nACHPR,1,TGO\n"),
        MALFORMED,
        "",
        mendable=False,
    ),
    Mistake("key given twice", body(lambda b: b.replace(b"{", b'{"language": "en", ', 1)), "json-duplicate-key", ""),
    Mistake("byte order mark", body(lambda b: b"\xef\xbb\xbf" + b), "body-has-bom", ""),
    Mistake(
        "Windows-1252",
        body(lambda b: b.replace(b"Afi", "Afié".encode()).decode().encode("cp1252")),
        "body-not-utf8",
        "",
    ),
    Mistake("UTF-16", body(lambda b: b.decode().encode("utf-16")), "body-not-utf8", ""),
    Mistake("compressed", body(gzip.compress), "body-not-utf8", ""),
    Mistake("Base64", body(base64.b64encode), MALFORMED, ""),
    Mistake("JSON inside a text", body(lambda b: json.dumps(b.decode()).encode()), "object-type", ""),
    Mistake("list of one report", body(lambda b: b"[" + b + b"]"), "object-type", ""),
    Mistake("empty body", body(lambda b: b""), "body-empty", "", mendable=False),
    Mistake("structured, not said so", structured(None), "envelope-attribute-missing", "/ce_id"),
    Mistake(
        "envelope in the body of binary mode", body(lambda b: json.dumps(envelope(b)).encode()), "extra-forbidden", ""
    ),
    Mistake(
        "data encoded twice",
        structured("application/cloudevents+json", lambda w: w.update(data=json.dumps(w["data"]))),
        "object-type",
        "/data",
    ),
    Mistake(
        "data in Base64",
        structured(
            "application/cloudevents+json",
            lambda w: w.update(data_base64=base64.b64encode(json.dumps(w.pop("data")).encode()).decode()),
        ),
        "body-empty",
        "/data",
    ),
    Mistake("header of HTTP", header("ce_id", None, "ce-id"), "envelope-attribute-missing", "/ce_id"),
    Mistake("no version", header("ce_specversion", None), "envelope-attribute-missing", "/ce_specversion"),
    Mistake(
        "version of another draft", header("ce_specversion", b"0.3"), "envelope-version-unknown", "/ce_specversion"
    ),
    Mistake("type in capitals", header("ce_type", b"org.tocsin.Report.Submitted"), "event-type-unknown", ""),
    Mistake("type by another word", header("ce_type", b"org.tocsin.report.submit"), "event-type-unknown", ""),
    Mistake(
        "event time without offset", header("ce_time", b"2026-11-21T08:30:00"), "envelope-time-invalid", "/ce_time"
    ),
    Mistake("wrong topic", lambda s: Sent(s.headers, s.body, "tocsin.actions.v1"), "event-type-unknown", ""),
)
