"""What mechanisms without a Kafka client write: to the HTTP intake, into the form, into a spreadsheet. All of it is
sealed by the intake before it goes to the broker.
"""

import csv
import io
from typing import Any

import httpx

from tocsin.devtools.leaks import reports
from tocsin.devtools.leaks.browsing import Browser, Fields
from tocsin.devtools.leaks.house import PUBLISHER, House
from tocsin.devtools.leaks.values import IMPORTED

_MAPPING = """[constants]
"publisher" = "NGO-OBS"
"language" = "en"
"received_at" = "now"
"source.relation" = "organisation"
[[field]]
into = "publisher_reference"
column = "Ref"
[[field]]
into = "victim.name"
column = "Name"
split = ";"
[[field]]
into = "violation.types"
column = "Act"
codes = { "arrest" = "arrest" }
[[field]]
into = "violation.date"
column = "Date"
[[field]]
into = "violation.country"
column = "Country"
[[field]]
into = "narrative"
column = "Text"
"""


def send_over_http(house: House, count: int) -> None:
    """Reports, a correction, a withdrawal, an action; and requests that are refused, with values in every corner."""
    hand, base = house.hand, house.stack.addresses["intake"]
    with httpx.Client(base_url=base, timeout=30) as client:
        for number in range(count):
            report = reports.content(hand, 10 + number)
            _post(client, house, "/v1/reports", report, 202, f"leaks-{number}")
        corrected = report | {"revision": 2, "narratives": [{"language": "en", "text": hand("corrected by HTTP")}]}
        reference = report["publisher_reference"]
        _post(client, house, f"/v1/reports/{reference}/corrections", corrected, 202)
        _post(client, house, "/v1/reports", report | {hand("field by HTTP"): hand("unknown by HTTP")}, 422)
        _post(client, house, "/v1/reports", report | {"publisher": hand("publisher by HTTP", "latin")}, 422)
        action = {"mechanism": PUBLISHER, "action": hand("action by HTTP"), "case": hand("case by HTTP")}
        _post(client, house, "/v1/actions?type=action.taken", action, 422)
        client.post(f"/v1/reports/{hand('path', 'latin')}/withdrawal", content=hand("no JSON").encode())
        client.get(
            f"/v1/receipts/{hand('receipt', 'latin')}", headers={"authorization": f"Bearer {hand('key', 'latin')}"}
        )
        client.post("/v1/reports", json={}, headers={"idempotency-key": hand("idempotency key", "latin")})


def _post(client: httpx.Client, house: House, path: str, body: dict[str, Any], status: int, once: str = "") -> None:
    told = {"authorization": f"Bearer {house.api_key}"} | ({"idempotency-key": once} if once else {})
    answer = client.post(path, json=body, headers=told)
    if answer.status_code != status:
        raise RuntimeError(f"{path.partition('?')[0][:12]} was answered with {answer.status_code}")


def fill_in_form(house: House) -> None:
    """One report to the end, and one that is left in the middle."""
    person = Browser.at(house.stack.addresses["intake"], house.seen)
    person.get("/form")
    person.submit("/form/sign-in", {"key": house.hand("typed as a key", "latin")})
    person.submit("/form/sign-in", {"key": house.api_key})
    for is_sent in (True, False):
        person.get("/form")
        person.submit("/form/drafts", {})
        draft = next(link for link in person.links() if link.endswith("/source")).rpartition("/")[0]
        for step, typed in _answers(house, is_sent).items():
            person.get(f"{draft}/{step}")
            person.submit(f"/{step}", typed | {"do": "continue"})
        person.get(f"{draft}/check")
        if is_sent:
            person.submit("/send", {})
            person.get(f"{draft}/receipt")
    person.get("/form/correct")
    person.submit("/form/correct", {"reference": house.hand("reference to correct")})
    person.get("/form")
    person.submit("/form/resume", {"code": house.hand("typed as a code")})


def _answers(house: House, whole: bool) -> dict[str, Fields]:
    hand = house.hand
    source: Fields = {
        "source.relation": "relative",
        "source.name": hand("source in the form"),
        "source.contact": hand.phone("telephone in the form"),
        "publisher_reference": hand("reference in the form"),
    }
    persons: Fields = {
        "alleged_victims.0.names.0.value": f"{hand('name in the form')} {hand('family name in the form')}",
        "alleged_victims.0.contact": hand.address("mail in the form"),
        "alleged_victims.0.health.condition": hand("health in the form"),
    }
    events: Fields = {
        "violation.types": ["arrest"],
        "violation.date.day": "9",
        "violation.date.month": "3",
        "violation.date.year": "2026" if whole else hand("year in the form"),
        "violation.country": "TGO",
        "narratives.0.text": hand("narrative in the form"),
        "narratives.0.language": "en",
        "violation.witnesses": hand("witness in the form"),
    }
    consent: Fields = {"consent.letter": "no", "consent.reports": "no", "consent.all_mechanisms.alert": "yes"}
    consent |= {"consent_record.informed": "yes", "consent_record.given_by": hand("who consented in the form")}
    pages = {"source": source, "persons": persons, "events": events, "consent": consent}
    return pages if whole else {name: pages[name] for name in ("source", "persons", "events")}


def import_rows(house: House, count: int, run: Any) -> str:
    """By ``tocsin import``, a dry run first. run: a command line. Returns what it printed."""
    hand, folder = house.hand, house.stack.home / "imported"
    folder.mkdir()
    sheet = io.StringIO()
    rows = csv.writer(sheet)
    rows.writerow(["Ref", "Name", "Act", "Date", "Country", "Text"])
    for number in range(count):
        act = "arrest" if number else hand("act that is none")
        name = f"{hand('name in a spreadsheet')} {hand('family name in a spreadsheet')}"
        reference = hand("reference in a spreadsheet", open_in=(IMPORTED,) if number else ())
        rows.writerow([reference, name, act, "2026-10-01", "TGO", hand("text in a spreadsheet")])
    (folder / "rows.csv").write_text(sheet.getvalue(), encoding="utf-8")
    (folder / "mapping.toml").write_text(_MAPPING, encoding="utf-8")
    key = folder / "key"
    key.touch(0o600)
    key.write_text(house.api_key)
    arguments = ["import", "file", str(folder / "rows.csv"), "--mapping", str(folder / "mapping.toml")]
    arguments += ["--intake", house.stack.addresses["intake"], "--api-key-file", str(key)]
    said = [run(*arguments, "--dry-run"), run(*arguments)]
    (folder / "rows.csv").unlink()  # the publisher's own file, which Tocsin did not write
    return "\n".join(said)
