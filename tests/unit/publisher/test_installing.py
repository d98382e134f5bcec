"""Publishing needs nothing of the services, and little to write."""

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

import tocsin.publisher
from builders import a_report_json
from tocsin.publisher.__main__ import main

ROOT = Path(__file__).parents[3]
EXAMPLE = Path(tocsin.publisher.__file__).parent / "examples" / "first_report.py"
REFUSING = """
import importlib.abc, runpy, sys

ALLOWED = {"kafka", "cryptography", "joserfc", "pydantic", "pydantic_core", "click", "annotated_types", "typing_extensions",
           "typing_inspection", "cffi", "tocsin", "tocsin_schemas", "crc32c"}

class Refusing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in ALLOWED | sys.stdlib_module_names and not top.startswith("_"):
            raise ModuleNotFoundError(f"not installed with tocsin[publisher]: {top}", name=top)

sys.meta_path.insert(0, Refusing())
from tocsin.publisher import InvalidReport, Publisher
from tocsin.runtime.jws import signing_key
with Publisher("127.0.0.1:1", "DESK", signing_key("desk", bytes(32)), spool=sys.argv[1]) as publisher:
    assert publisher.withdraw("FD-1", 2, "unfounded").spooled
    try:
        publisher.submit(b"{}")
    except InvalidReport as refusal:
        assert "missing at /publisher" in str(refusal)
import tocsin.publisher.__main__
services = {"sqlalchemy", "faust", "fastapi", "aiokafka", "jinja2", "sendgrid", "pydantic_settings", "psycopg", "rapidfuzz"}
ours = {name for name in sys.modules if name.startswith(("tocsin.store", "tocsin.knowledge"))}
print(sorted(ours | services & {name.partition(".")[0] for name in sys.modules}))
"""


def test_publishing_works_where_only_its_own_packages_are(tmp_path: Path) -> None:
    command = [sys.executable, "-c", REFUSING, str(tmp_path / "spool")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_the_example_has_ten_lines() -> None:
    assert len(EXAMPLE.read_text().splitlines()) == 11


def test_a_key_is_made_once_and_what_to_do_with_it_is_said(tmp_path: Path) -> None:
    file = tmp_path / "signing.pem"
    made = CliRunner().invoke(main, ["key", "FOCAL-DESK", str(file)])
    assert made.exit_code == 0, made.output
    assert "registered with the key id FOCAL-DESK." in made.output
    assert file.stat().st_mode & 0o077 == 0
    again = CliRunner().invoke(main, ["key", "FOCAL-DESK", str(file)])
    assert again.exit_code == 1
    assert "there is one already" in again.output or "File exists" in again.output


def test_a_file_is_published_or_its_faults_are_told(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_bytes(a_report_json())
    (tmp_path / "bad.json").write_bytes(b'{"publisher": "ACHPR-SRHRD"}')
    CliRunner().invoke(main, ["key", "ACHPR-SRHRD", str(tmp_path / "k.pem")])
    options = ["--bootstrap", "127.0.0.1:1", "--name", "ACHPR-SRHRD", "--key", str(tmp_path / "k.pem")]
    sent = CliRunner().invoke(main, ["send", str(tmp_path / "good.json"), *options, "--spool", str(tmp_path / "spool")])
    assert (sent.exit_code, "1 in the spool" in sent.output) == (0, True), sent.output
    away = CliRunner().invoke(main, ["send", str(tmp_path / "good.json"), *options])
    assert (away.exit_code, "broker-unavailable" in away.output) == (1, True)
    refused = CliRunner().invoke(main, ["send", str(tmp_path / "bad.json"), *options])
    assert (refused.exit_code, "missing at /language" in refused.output) == (1, True)
