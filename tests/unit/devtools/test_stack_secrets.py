"""Secrets of the compose file: made once, each for its reader alone, and fitting one another."""

import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tocsin.devtools import stack_secrets
from tocsin.domain.canary import CANARY
from tocsin.runtime.jws import read_signing_key
from tocsin.store.deployment import load_deployment

HOST = "kafka.tocsin.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stack_secrets.make(tmp_path / "secrets", HOST)
    return tmp_path / "secrets"


def test_every_file_is_for_its_owner_to_read_and_nobody_to_write(folder: Path) -> None:
    assert {name: (folder / name).stat().st_mode & 0o777 for name in stack_secrets.READERS} == dict.fromkeys(
        stack_secrets.READERS, 0o400
    )


def test_what_is_there_is_kept_and_what_is_missing_is_made(folder: Path) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    (folder / "grafana_password").unlink()
    assert stack_secrets.make(folder, HOST) == ["grafana_password"]
    after = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert {name for name in before if before[name] != after[name]} == {"grafana_password"}


def test_no_two_deployments_have_a_secret_in_common(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    stack_secrets.make(other, HOST)
    filled = stack_secrets.READERS.keys() - set(stack_secrets.GIVEN)
    assert [name for name in filled if (folder / name).read_bytes() == (other / name).read_bytes()] == []


def test_the_broker_is_told_how_to_know_its_users_but_not_their_passwords(folder: Path) -> None:
    told = (folder / "kafka_users").read_text()
    assert [line.partition(",")[0] for line in told.splitlines()] == [
        "SCRAM-SHA-512=[name=tocsin",
        "SCRAM-SHA-512=[name=tocsin-broker",
    ]
    assert (folder / "kafka_password").read_text().strip() not in told


def test_the_services_and_the_database_have_one_password(folder: Path) -> None:
    password = (folder / "database_password").read_text().strip()
    assert (folder / "pgpass").read_text().strip() == f"postgres:5432:tocsin:tocsin:{password}"


def test_the_services_can_use_the_key_of_the_deployment(folder: Path) -> None:
    assert load_deployment(folder / "deployment_key").keys.own.key_id == "tocsin"


def test_the_certificate_is_the_brokers_by_its_name_and_signed_by_whom_publishers_are_given(folder: Path) -> None:
    pem = (folder / "kafka_tls.pem").read_bytes()
    certificate, signer = x509.load_pem_x509_certificates(pem)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert HOST in names.get_values_for_type(x509.DNSName)
    assert load_pem_private_key(pem, None).public_key() == certificate.public_key()
    assert signer == x509.load_pem_x509_certificate((folder / stack_secrets.CA_FILE).read_bytes())
    certificate.verify_directly_issued_by(signer)


def test_who_may_not_give_files_away_is_told_what_root_has_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    owner = (folder / "pgpass").stat().st_uid
    expected = [f"chown {uid} {folder / name}" for name, uid in stack_secrets.READERS.items() if uid != owner]
    assert stack_secrets.hand_over(folder) == expected


def test_the_canary_can_sign_by_its_key(folder: Path) -> None:
    assert read_signing_key(CANARY, folder / "canary_key").public_key
