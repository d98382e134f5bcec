"""The secrets that ``docker-compose.yml`` reads, each in a file for its reader alone.

``python -m tocsin.devtools.stack_secrets [folder] [--host NAME]``. What is there already is kept.
"""

import os
import secrets
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tocsin.devtools.broker_users import BROKER_USER, USER, scram_credential
from tocsin.devtools.smtp.certificates import Pair

FOLDER = Path("deploy/secrets")
SERVICES, KAFKA, POSTGRES, GRAFANA = 10001, 1000, 999, 472
"""As whom the containers run."""
GIVEN = ("sendgrid_key", "sendgrid_reading_key", "webhook_public_key", "inbound_public_key", "smtp_password")
"""Others give them: empty until somebody fills them in."""
CA_FILE = "kafka_ca.pem"
"""Not a secret: publishers trust the broker by it."""
READERS = {
    "pgpass": SERVICES,
    "kafka_password": SERVICES,
    "deployment_key": SERVICES,
    "canary_key": SERVICES,
    "canary_password": SERVICES,
    **dict.fromkeys(GIVEN, SERVICES),
    "database_password": POSTGRES,
    "postgres_password": POSTGRES,
    "kafka_broker_password": KAFKA,
    "kafka_users": KAFKA,
    "kafka_tls.pem": KAFKA,
    "grafana_password": GRAFANA,
}


def make(folder: Path, host: str) -> list[str]:
    """Make what is missing. host: by which publishers know the broker. Returns the names of what was made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    contents: dict[str, Callable[[], str]] = {
        "postgres_password": _password,
        "database_password": _password,
        "pgpass": lambda: f"postgres:5432:tocsin:tocsin:{_read(folder / 'database_password')}",
        "kafka_password": _password,
        "kafka_broker_password": _password,
        "kafka_users": lambda: _users(folder),
        "kafka_tls.pem": lambda: _certificate(folder / CA_FILE, host),
        "deployment_key": lambda: os.urandom(32).hex(),
        "canary_key": _signing_key,
        "canary_password": _password,
        "grafana_password": _password,
        **dict.fromkeys(GIVEN, str),
    }
    missing = [name for name in contents if not (folder / name).exists()]
    for name in missing:
        _write(folder / name, contents[name]())
    return missing


def hand_over(folder: Path) -> list[str]:
    """Give each file to the user who reads it; where we may not, return the commands that would."""
    owners = {folder / name: reader for name, reader in READERS.items() if (folder / name).stat().st_uid != reader}
    if os.geteuid() != 0:
        return [f"chown {reader} {file}" for file, reader in owners.items()]
    for file, reader in owners.items():
        os.chown(file, reader, -1)
    return []


def _password() -> str:
    return secrets.token_urlsafe(24)


def _signing_key() -> str:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode().strip()


def _users(folder: Path) -> str:
    """A line for each of the two that are there before any other can be made."""
    files = {USER: folder / "kafka_password", BROKER_USER: folder / "kafka_broker_password"}
    return "\n".join(scram_credential(user, _read(file)) for user, file in files.items())


def _certificate(ca_file: Path, host: str) -> str:
    """Key, certificate, and that of an authority whose own key is forgotten at once."""
    authority = Pair.self_signed("Tocsin broker authority")
    names = (x509.DNSName(host), x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1")))
    signer = authority.certificate.public_bytes(Encoding.PEM)
    ca_file.write_bytes(signer)
    return (authority.issue(names).as_pem() + signer).decode()


def _read(file: Path) -> str:
    return file.read_text().strip()


def _write(file: Path, content: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w") as target:
        target.write(content + "\n" if content else "")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--host", default="localhost", help="by which publishers know the broker")
    asked = parser.parse_args(arguments)
    made = make(asked.folder, asked.host)
    print(f"made in {asked.folder}: {', '.join(made) or 'nothing, all is there'}")
    if commands := hand_over(asked.folder):
        print("The containers cannot read them yet. As root:", *commands, sep="\n  ")


if __name__ == "__main__":
    main()
