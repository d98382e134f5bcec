"""The house keeps its own rules: import floors, no addresses in locks, no machine in the tree, sockets on loopback."""

import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

import tocsin
import tocsin_schemas

ROOT = Path(__file__).parents[2]


def test_the_packages_come_from_this_tree() -> None:
    assert Path(tocsin.__file__).is_relative_to(ROOT / "services")
    assert Path(tocsin_schemas.__file__).is_relative_to(ROOT / "schemas")


PLANTED = [
    ("a rule that reads the clock", "services/tocsin/domain/identifiers.py", "import time"),
    ("a service that imports another", "services/tocsin/resolver/announcing.py", "import tocsin.dispatcher.announcing"),
    ("a store that imports a service", "services/tocsin/store/casework/cases.py", "import tocsin.resolver.announcing"),
    ("a schema that imports the product", "schemas/tocsin_schemas/cases.py", "import tocsin.domain.identifiers"),
]


@pytest.mark.parametrize(("what", "file", "line"), PLANTED, ids=[p[0] for p in PLANTED])
def test_a_planted_import_is_refused(tmp_path: Path, what: str, file: str, line: str) -> None:
    for folder in ("services", "schemas"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / file
    planted.write_text(planted.read_text() + f"\n{line}  # noqa\n")
    environment = {"PYTHONPATH": f"{tmp_path}/services:{tmp_path}/schemas", "PATH": ""}
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout


def test_locks_pin_every_package_with_its_hash_and_name_no_address() -> None:
    for lock in (ROOT / "deploy" / "locks").glob("*.txt"):
        text = lock.read_text()
        pinned = re.findall(r"^[a-z0-9._\[\]-]+==\S+ \\$", text, re.MULTILINE)
        assert pinned
        assert len(re.findall(r"^[a-z]", text, re.MULTILINE)) == len(pinned), "each package has its hashes"
        assert "://" not in text
        assert "index-url" not in text
        assert not re.search(r"^-", text, re.MULTILINE), "no option, such as a place to look for packages"


def test_nothing_outside_loopback_can_be_reached_from_a_test() -> None:
    with pytest.raises((SocketConnectBlockedError, UserWarning)), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))


def test_files_keep_to_their_budget() -> None:
    sources = [f for f in (ROOT / "services").rglob("*.py") if "migrations" not in f.parts]
    sources += (ROOT / "schemas").rglob("*.py")
    lengths = sorted(len(f.read_text().splitlines()) for f in sources)
    assert lengths[-1] <= 300
    assert lengths[len(lengths) // 2] <= 90
