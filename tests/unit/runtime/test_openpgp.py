"""What is encrypted to a person, that person alone can read, with GnuPG as with Sequoia; a bad certificate is refused."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pysequoia
import pytest

from tocsin.runtime.openpgp import UnfitCertificate, read_certificate

NOW = datetime.now(UTC)
CONTENT = "Пётр Несуществующий · عادل التجريبي · 7 rue Imaginaire\r\n".encode()
GPG = shutil.which("gpg")
with_gpg = pytest.mark.skipif(GPG is None, reason="GnuPG is not installed")


def a_key(**over: object) -> pysequoia.Tsk:
    return pysequoia.Tsk.generate("desk <desk@mechanism.example>", **over)  # type: ignore[arg-type]


@pytest.fixture
def gpg_home(tmp_path: Path) -> Iterator[Path]:
    """A home of its own; its agent is ended afterwards."""
    home = tmp_path / "gpg"
    home.mkdir(mode=0o700)
    yield home
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False, capture_output=True)


def gpg(home: Path, *arguments: str, given: bytes = b"") -> bytes:
    command = [str(GPG), "--homedir", str(home), "--batch", "--quiet", "--trust-model", "always", *arguments]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, input=given, capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_only_the_holder_of_the_key_reads_what_was_encrypted_to_it() -> None:
    key, other = a_key(), a_key()
    message = read_certificate(str(key.extract_certificate()), NOW).encrypt(CONTENT)
    assert CONTENT.decode().split()[0] not in message
    assert pysequoia.decrypt(message.encode(), decryptor=key.decryptor()).bytes == CONTENT
    with pytest.raises(RuntimeError):
        pysequoia.decrypt(message.encode(), decryptor=other.decryptor())


@with_gpg
def test_gnupg_reads_what_we_encrypt_to_a_key_that_it_made(gpg_home: Path) -> None:
    for kind in ("default", "future-default"):
        user = f"{kind}@mechanism.example"
        gpg(gpg_home, "--passphrase", "", "--quick-generate-key", user, kind, "default", "1y")
        armour = gpg(gpg_home, "--armor", "--export", user).decode()
        certificate = read_certificate(armour, NOW)
        assert certificate.expires_at is not None
        assert certificate.fingerprint in gpg(gpg_home, "--with-colons", "--fingerprint", user).decode()
        assert gpg(gpg_home, "--decrypt", given=certificate.encrypt(CONTENT).encode()) == CONTENT


@with_gpg
def test_we_read_what_gnupg_encrypts_to_a_certificate_of_ours(gpg_home: Path) -> None:
    key = a_key()
    gpg(gpg_home, "--import", given=str(key.extract_certificate()).encode())
    fingerprint = key.extract_certificate().fingerprint
    message = gpg(gpg_home, "--armor", "--recipient", fingerprint, "--encrypt", given=CONTENT)
    assert pysequoia.decrypt(message, decryptor=key.decryptor()).bytes == CONTENT


def test_the_day_on_which_a_certificate_expires_is_known() -> None:
    armour = str(a_key(validity_seconds=86400).extract_certificate())
    expires_at = read_certificate(armour, NOW).expires_at
    assert expires_at is not None
    assert timedelta(hours=23) < expires_at - NOW < timedelta(hours=25)
    with pytest.raises(UnfitCertificate, match="certificate-expired"):
        read_certificate(armour, NOW + timedelta(days=2))


@pytest.mark.parametrize(
    ("armour", "code"),
    [
        ("", "certificate-unreadable"),
        ("مفتاح", "certificate-unreadable"),
        ("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----", "certificate-unreadable"),
        (str(a_key().extract_certificate()) + str(a_key().extract_certificate()), "certificate-unreadable"),
        (str(a_key()), "certificate-secret"),
    ],
)
def test_what_cannot_be_encrypted_to_is_refused_with_its_reason_and_without_echo(armour: str, code: str) -> None:
    with pytest.raises(UnfitCertificate) as refusal:
        read_certificate(armour, NOW)
    assert str(refusal.value) == code
    assert refusal.value.__cause__ is None


@with_gpg
def test_a_key_for_signing_alone_is_refused(gpg_home: Path) -> None:
    gpg(gpg_home, "--passphrase", "", "--quick-generate-key", "sign@mechanism.example", "ed25519", "sign", "1y")
    armour = gpg(gpg_home, "--armor", "--export", "sign@mechanism.example").decode()
    with pytest.raises(UnfitCertificate, match="certificate-not-for-encryption"):
        read_certificate(armour, NOW)


@with_gpg
def test_a_revoked_certificate_is_refused(gpg_home: Path) -> None:
    user = "revoked@mechanism.example"
    gpg(gpg_home, "--passphrase", "", "--quick-generate-key", user, "future-default", "default", "1y")
    (revocation,) = (gpg_home / "openpgp-revocs.d").glob("*.rev")
    gpg(gpg_home, "--import", given=revocation.read_text().replace(":-----BEGIN", "-----BEGIN").encode())
    with pytest.raises(UnfitCertificate, match="certificate-revoked"):
        read_certificate(gpg(gpg_home, "--armor", "--export", user).decode(), NOW)
