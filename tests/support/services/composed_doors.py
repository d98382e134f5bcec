"""What people do at the doors of the composed services: a directory is entered, and a publisher reports."""

import json
import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from builders import a_report, a_victim
from composed import ROOT, Composed
from tocsin.devtools import stack_secrets
from tocsin.runtime import clock, kafka
from tocsin.runtime.jws import Signature, read_signing_key
from tocsin.runtime.kafka_access import Access
from tocsin.runtime.key_files import read_public_key, usual_key_id
from tocsin_schemas.events import encode_headers
from tocsin_schemas.signing import SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import REPORTS

PUBLISHER, SURNAME = "NGO-MARVELLE", "Vandermolen"
INTAKE = "http://127.0.0.1:8085/v1/reports"
_DIRECTORY = ROOT / "services/tocsin/devtools/corpus/directory.yaml"
_CANARY = "\n- {key: canary, addresses: {email: canary@tocsin.example}, mandates: [TOCSIN-CANARY], role: staff, languages: [en]}\n"
_ENTER = """set -e
cat >/tmp/directory.yaml
for one in first second; do
  tocsin directory administrators keygen --no-passphrase /tmp/$one.pem
  tocsin directory administrators add $one --public-key /tmp/$one.pem.pub
done
tocsin directory load /tmp/directory.yaml --as first --key /tmp/first.pem --approved-by second --approver-key /tmp/second.pem
"""


def enter_directory(containers: Composed) -> None:
    """The invented recipients and the canary's mailbox, by two administrators; the canary starts its drills anew."""
    entries = (_DIRECTORY.read_text() + _CANARY).encode()
    containers.compose("exec", "-T", "console", "sh", "-c", _ENTER, given=entries)
    containers.compose("restart", "canary")
    containers.wait_until_well()


@dataclass(frozen=True)
class Reporter:
    """A publisher. folder: what it was given. api_key: for the intake."""

    containers: Composed
    folder: Path
    api_key: str

    def publish(self, reference: str) -> None:
        """By the door that is open to publishers: TLS, and a user of its own."""
        ca_file = self.containers.secrets / stack_secrets.CA_FILE
        password = (self.folder / "password").read_text().strip()
        octets, headers = _octets(reference), encode_headers(reference, "report.submitted", "/marvelle", clock.now())
        key_id = usual_key_id(PUBLISHER, read_public_key(self.folder / "key.pub"))
        key = read_signing_key(key_id, self.folder / "key")
        made = key.sign(signed_octets(headers, octets), Signature(key.key_id, len(reference), clock.now()))
        with closing(kafka.producer(Access("localhost:9093", PUBLISHER, password, tls=True, ca_file=ca_file))) as door:
            door.send(REPORTS.name, octets, b"key", [*headers, (SIGNATURE_HEADER, made)]).get(timeout=60)

    def post(self, reference: str) -> int:
        """By the HTTP intake. Returns what it answers."""
        headers = {
            "Authorization": f"Bearer {self.api_key}",
            "Content-Type": "application/json",
            "Idempotency-Key": reference,
        }
        with urlopen(Request(INTAKE, _octets(reference), headers), timeout=30) as answer:
            return int(answer.status)


def add_reporter(containers: Composed, folder: Path) -> Reporter:
    given = ["--make-key", "/tmp/key", "--password-file", "/tmp/password"]
    containers.run_in("console", "tocsin", "publishers", "add", PUBLISHER, *given, "--by", "duty-officer-1")
    for name in ("key", "key.pub", "password"):
        (folder / name).write_text(containers.run_in("console", "cat", f"/tmp/{name}"))
        (folder / name).chmod(0o600)
    asked = ["tocsin", "publishers", "api-key", "add", PUBLISHER, "--scope", "reports", "--by", "duty-officer-1"]
    (api_key,) = re.findall(r"tcn_\S+", containers.run_in("console", *asked))
    return Reporter(containers, folder, api_key)


def _octets(reference: str) -> bytes:
    victims = [a_victim(f"Oluwaseun {SURNAME}")]
    report = a_report(publisher=PUBLISHER, publisher_reference=reference, alleged_victims=victims)
    return report.model_dump_json(exclude_none=True).encode()


def mails_about_cases(containers: Composed, ledger: str) -> list[object]:
    """Those in the simulator's ledger that tell of a case: none of a drill, an alarm or a change in the directory."""
    asked = "SELECT delivery_id FROM deliveries JOIN cases USING (case_id)"
    said = f"PGPASSWORD=$(cat /run/secrets/database_password) psql -h 127.0.0.1 -U tocsin -Atc '{asked}' tocsin"
    wanted = set(containers.compose("exec", "-T", "postgres", "sh", "-c", said).decode().split())
    with urlopen(ledger, timeout=10) as answer:
        return [mail for mail in json.load(answer)["mails"] if mail["custom_args"].get("d") in wanted]


def watched(containers: Composed) -> Any:
    """What the canary left of its last round."""
    return json.loads(containers.run_in("canary", "cat", "/var/lib/watch/heartbeats/canary"))
