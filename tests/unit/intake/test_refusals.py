"""Whatever is refused says so in a stable way, in English and in French, with the remedy, and never repeats the input."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from builders import a_report
from databases import NOW
from intaking import OTHER, PUBLISHER, Intake, a_body, an_intake
from tocsin.intake.refusing import wordings
from tocsin.runtime.jwe import seal
from tocsin.store.database import unit_of_work
from tocsin.store.publishing import api_keys, publishers
from tocsin.store.publishing.api_keys import Scope

SECRET = "Tamsin Marvelle"
JSON = {"content-type": "application/json"}
STRUCTURED = {"content-type": "application/cloudevents+json"}
TAKEN = b'{"mechanism": "ACHPR-SRHRD", "action": "press_statement", "case": "HRD-7F3K-22Q", "taken_on": "2026-11-20", "recorded_at": "2026-11-20T10:00:00Z"}'


@dataclass
class Wrong:
    """A request that is refused with this code and status; ``pointer`` of its first problem."""

    code: str
    status: int
    path: str = "/v1/reports"
    method: str = "POST"
    key: str | None = "both"
    headers: dict[str, str] = field(default_factory=dict)
    content: Any = field(default_factory=a_body)
    pointer: str = ""
    json: bool = True

    def ask(self, intake: Intake, language: str) -> Any:
        given = (JSON if self.json else {}) | {"accept-language": language} | self.headers
        return intake.ask(self.method, self.path, self.key, headers=given, content=self.content)


async def in_chunks() -> Any:
    yield b"{}"


def enveloped(**over: Any) -> bytes:
    attributes = {"specversion": "1.0", "id": "1", "source": "/here", "type": "org.tocsin.report.submitted"}
    return json.dumps(attributes | {"data": json.loads(a_body())} | over).encode()


DEEP = b'{"publisher": ' + b"[" * 20 + b"]" * 20 + b"}"
CORRECTION = "/v1/reports/2026%2FTGO%2F001/corrections"
REFUSED = [
    Wrong("api-key-missing", 401, key=None),
    Wrong("api-key-missing", 401, key=None, headers={"authorization": f"Basic {SECRET}"}),
    Wrong("api-key-unknown", 401, key=f"tcn_aaaaaaaaaaaa_{SECRET}"),
    Wrong("api-key-unknown", 401, key="wrong-secret"),
    Wrong("api-key-unknown", 401, key="x"),
    Wrong("api-key-expired", 401, key="expired"),
    Wrong("api-key-revoked", 401, key="revoked"),
    Wrong("publisher-ended", 403, key="ended"),
    Wrong("network-not-allowed", 403, key="elsewhere"),
    Wrong("scope-missing", 403, key="actions"),
    Wrong("scope-missing", 403, key="reports", path="/v1/actions?type=action.taken", content=TAKEN),
    Wrong("idempotency-key-invalid", 400, headers={"idempotency-key": "x" * 256}),
    Wrong("idempotency-key-invalid", 400, headers={"idempotency-key": '""'}),
    Wrong("content-encoding-refused", 415, headers={"content-encoding": "gzip"}),
    Wrong("body-type-unsupported", 415, headers={"content-type": "text/csv"}),
    Wrong("body-type-unsupported", 415, headers={"content-type": "application/json; charset=latin-1"}),
    Wrong("body-type-unsupported", 415, json=False),
    Wrong("length-required", 411, content=None, headers={"transfer-encoding": "chunked"}),
    Wrong("body-too-large", 413, content=b" " * (256 * 1024 + 1)),
    Wrong("body-too-large", 413, headers={"content-length": "9" * 12}),
    Wrong("body-too-large", 413, headers={"content-type": "application/jose"}, content=b"x" * (352 * 1024 + 1)),
    Wrong("body-empty", 400, content=b""),
    Wrong("json-malformed", 400, content=b'{"publisher": ' + SECRET.encode()),
    Wrong("json-duplicate-key", 400, content=b'{"publisher": "a", "publisher": "b"}'),
    Wrong("json-too-deep", 400, content=DEEP),
    Wrong("body-not-utf8", 400, content=b'"\xff"'),
    Wrong("extra-forbidden", 422, content=a_body()[:-1] + b', "Tamsin Marvelle": 1}'),
    Wrong("enum", 422, content=a_body().replace(b'"woman"', b'"Tamsin Marvelle"'), pointer="/alleged_victims/0/gender"),
    Wrong("publisher-mismatch", 422, content=a_body(publisher=OTHER), pointer="/publisher"),
    Wrong("publisher-mismatch", 422, headers=STRUCTURED, content=enveloped(data=json.loads(a_body(publisher=OTHER))), pointer="/data/publisher"),
    Wrong("publisher-mismatch", 422, path="/v1/actions?type=action.taken", content=TAKEN.replace(b"ACHPR-SRHRD", b"NGO-FLD"), pointer="/mechanism"),
    Wrong("sealed-unopenable", 422, headers={"content-type": "application/jose"}, content=SECRET.encode()),
    Wrong("event-type-missing", 400, path="/v1/actions", content=TAKEN),
    Wrong("event-type-elsewhere", 422, path="/v1/actions?type=follow-up.due", content=TAKEN),
    Wrong("event-type-elsewhere", 422, path="/v1/actions?type=report.submitted"),
    Wrong("event-type-elsewhere", 422, headers={"ce-type": "org.tocsin.action.taken"}),
    Wrong("event-type-elsewhere", 422, path=CORRECTION, headers={"ce-type": "report.submitted"}),
    Wrong("event-type-ambiguous", 400, path="/v1/actions?type=action.taken", headers={"ce-type": "action.planned"}, content=TAKEN),
    Wrong("event-type-ambiguous", 400, headers=STRUCTURED | {"ce-type": "report.corrected"}, content=enveloped()),
    Wrong("envelope-attribute-missing", 422, headers=STRUCTURED, content=enveloped(id=""), pointer="/id"),
    Wrong("envelope-version-unknown", 422, headers=STRUCTURED, content=enveloped(specversion="0.3"), pointer="/specversion"),
    Wrong("reference-mismatch", 422, path="/v1/reports/2026-TGO-001/corrections", pointer="/publisher_reference"),
    Wrong("reference-mismatch", 422, path="/v1/reports/Tamsin%20Marvelle/withdrawal", content=b'{"publisher": "ACHPR-SRHRD", "publisher_reference": "1", "revision": 2, "reason": "unfounded", "withdrawn_at": "2026-11-20T10:00:00Z"}', pointer="/publisher_reference"),
    Wrong("receipt-unknown", 404, method="GET", path="/v1/receipts/" + "A" * 60),
    Wrong("receipt-unknown", 404, method="GET", path="/v1/receipts/" + SECRET.replace(" ", "")),
    Wrong("not-found", 404, path="/v2/Tamsin"),
    Wrong("method-not-allowed", 405, method="PUT"),
]  # fmt: skip
REACHED_ELSEWHERE = {
    "rate-limited", "too-many-failures", "idempotency-key-reused", "idempotency-in-progress", "request-invalid",
    "broker-unavailable", "database-unavailable", "internal-error",
}  # fmt: skip


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Intake:
    """With keys that are good for nothing."""
    intake = an_intake(tmp_path_factory.mktemp("intake"))
    identities, long_ago = intake.deployment.identities, NOW - timedelta(days=100)
    keys = intake.keys
    keys["wrong-secret"] = keys["both"][:-4] + "AAAA"
    keys["elsewhere"] = intake.new_key(networks=["198.51.100.0/24"])
    keys["revoked"] = intake.new_key()
    keys["expired"] = intake.new_key(now=long_ago, expires_at=NOW)
    with unit_of_work(intake.engine) as connection:
        api_keys.revoke(connection, identities, keys["revoked"].split("_")[1], "officer-1", NOW)
        publishers.add(connection, identities, publishers.Publisher("NGO-AI", (), long_ago, "officer-1"))
        keys["ended"] = api_keys.create(
            connection, identities, "NGO-AI", [Scope.REPORTS], (), NOW + timedelta(days=1), "officer-1", long_ago
        )
        publishers.end(connection, identities, "NGO-AI", "officer-1", NOW)
    return intake


@pytest.mark.parametrize("wrong", REFUSED, ids=[f"{w.code}-{n}" for n, w in enumerate(REFUSED)])
def test_each_refusal_has_its_code_and_place_is_said_in_two_languages_and_echoes_nothing(
    intake: Intake, wrong: Wrong
) -> None:
    stored, said = len(intake.shelf.records), {}
    for language in ("en", "fr"):
        answer = wrong.ask(intake, language)
        body = answer.json()
        assert (answer.status_code, body["status"], body["problems"][0]["code"]) == (
            wrong.status,
            wrong.status,
            wrong.code,
        )
        assert body["type"] == f"urn:tocsin:problem:{wrong.code}"
        assert body["problems"][0]["pointer"] == wrong.pointer
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == language
        assert all(problem["detail"] for problem in body["problems"])
        assert body["problems"][0]["remedy"]
        assert "Tamsin" not in answer.text + str(answer.headers)
        said[language] = body["problems"][0]["detail"]
    assert said["en"] != said["fr"]
    assert len(intake.shelf.records) == stored, "nothing was published"


def test_no_code_of_the_table_is_left_untried() -> None:
    assert set(wordings()) == {wrong.code for wrong in REFUSED} & set(wordings()) | REACHED_ELSEWHERE


def test_no_key_is_told_by_how_it_is_to_be_shown(intake: Intake) -> None:
    answer = intake.ask("POST", "/v1/reports", None)
    assert answer.headers["www-authenticate"] == 'Bearer realm="tocsin"'


def test_a_body_without_a_length_is_refused_before_it_is_read(intake: Intake) -> None:
    answer = intake.submit(in_chunks())
    assert (answer.status_code, answer.json()["type"]) == (411, "urn:tocsin:problem:length-required")


def test_another_publishers_receipt_and_none_at_all_are_told_alike(intake: Intake) -> None:
    receipt = intake.submit().json()["receipt"]
    theirs = intake.ask("GET", f"/v1/receipts/{receipt}", "other")
    absent = intake.ask("GET", f"/v1/receipts/{'B' * 60}", "other")
    assert theirs.status_code == 404
    assert (theirs.content, theirs.headers) == (absent.content, absent.headers)
    assert intake.ask("GET", f"/v1/receipts/{receipt}").status_code == 200


def test_a_sealed_report_is_taken_and_stays_unread_by_the_broker(intake: Intake) -> None:
    report = a_report(publisher_reference="2026/TGO/077")
    content = report.model_dump_json(exclude_none=True).encode()
    public = intake.ask("GET", "/v1/keys", None).json()["keys"][0]
    answer = intake.submit(seal(content, public), headers={"content-type": "application/jose"})
    assert answer.status_code == 202
    record = intake.shelf.records[-1]
    assert b"Mensahvi" not in record.body
    assert intake.opened(record) == content


@pytest.mark.parametrize(
    "headers", [{"content-type": "application/json; charset=UTF-8"}, {"ce-type": "org.tocsin.report.submitted"}]
)
def test_the_usual_ways_of_sending_are_taken(intake: Intake, headers: dict[str, str]) -> None:
    assert intake.submit(headers=headers).status_code == 202


def test_a_structured_event_names_its_own_kind(intake: Intake) -> None:
    correction = enveloped(type="org.tocsin.report.corrected", data=json.loads(a_body(revision=2)))
    assert intake.submit(correction, headers=STRUCTURED).status_code == 202
    assert ("ce_type", b"org.tocsin.report.corrected") in intake.shelf.records[-1].headers


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        (CORRECTION, a_body(revision=2), "report.corrected"),
        ("/v1/reports/1/withdrawal", b'{"publisher": "ACHPR-SRHRD", "publisher_reference": "1", "revision": 2, "reason": "unfounded", "withdrawn_at": "2026-11-20T10:00:00Z"}', "report.withdrawn"),
        ("/v1/actions?type=action.taken", TAKEN, "action.taken"),
        ("/v1/actions?type=org.tocsin.action.taken", TAKEN, "action.taken"),
    ],
)  # fmt: skip
def test_each_address_publishes_its_kind_in_the_name_of_the_keys_publisher(
    intake: Intake, path: str, body: bytes, kind: str
) -> None:
    assert intake.submit(body, path=path).status_code == 202
    record = intake.shelf.records[-1]
    assert ("ce_type", f"org.tocsin.{kind}".encode()) in record.headers
    assert ("ce_source", f"urn:tocsin:publisher:{PUBLISHER}".encode()) in record.headers
    assert intake.opened(record) == body


def test_a_publisher_records_actions_of_a_seat_that_it_acts_for(intake: Intake) -> None:
    theirs = TAKEN.replace(b"ACHPR-SRHRD", b"UN-SRHRD")
    path = "/v1/actions?type=action.taken"
    assert intake.submit(theirs, path=path, key="other").status_code == 202
    assert intake.submit(theirs, path=path).json()["problems"][0]["code"] == "publisher-mismatch"


def test_whoever_hangs_up_in_the_middle_of_a_body_leaves_nothing_behind(
    intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    stored, sent = len(intake.shelf.records), list[Any]()
    parts = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    headers = {"authorization": f"Bearer {intake.keys['both']}", "content-length": "9"} | JSON
    scope = {
        "type": "http", "method": "POST", "path": "/v1/reports", "raw_path": b"/v1/reports", "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()], "client": ("127.0.0.1", 1),
        "scheme": "http", "server": ("127.0.0.1", 8085), "http_version": "1.1",
    }  # fmt: skip

    async def receive() -> Any:
        return next(parts)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(intake.app(scope, receive, send))
    assert sent[0]["status"] == 400
    assert not caplog.records
    assert len(intake.shelf.records) == stored
