"""How the broker is reached: where it is, and as whom (SASL/SCRAM-SHA-512, RFC 5802), with TLS or without."""

import ssl
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MECHANISM = "SCRAM-SHA-512"


class UnusablePasswordFile(PermissionError):
    """The password's file is absent, empty, or can be read by others."""


@dataclass(frozen=True, slots=True)
class Access:
    """bootstrap: ``host:port,host:port``. user: empty for a broker that knows no users.

    ca_file: certificates to trust for the broker, in place of the system's.
    """

    bootstrap: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    ca_file: Path | None = None

    @property
    def protocol(self) -> str:
        """As Kafka names it: ``PLAINTEXT``, ``SSL``, ``SASL_PLAINTEXT`` or ``SASL_SSL``."""
        return ("SASL_" if self.user else "") + ("SSL" if self.tls else "PLAINTEXT")

    def tls_context(self) -> ssl.SSLContext | None:
        """Checks the broker's certificate and name; None without TLS."""
        return ssl.create_default_context(cafile=self.ca_file) if self.tls else None

    def options(self) -> dict[str, Any]:
        """What the clients of kafka-python and of aiokafka are given; both call it the same."""
        found: dict[str, Any] = {"security_protocol": self.protocol, "ssl_context": self.tls_context()}
        if self.user:
            found |= {
                "sasl_mechanism": MECHANISM,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
            }
        return found


def as_access(broker: str | Access) -> Access:
    """An address alone is a broker without users."""
    return broker if isinstance(broker, Access) else Access(broker)


def read_password(file: Path | None) -> str:
    """The file's first line. Raises UnusablePasswordFile."""
    if file is None or not file.is_file():
        raise UnusablePasswordFile("the file with Kafka's password is not there (TOCSIN_KAFKA_PASSWORD_FILE)")
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise UnusablePasswordFile(f"{file.name} must be readable by its owner alone (chmod 600)")
    password = file.read_text().partition("\n")[0].strip()
    if not password:
        raise UnusablePasswordFile(f"{file.name} holds no password")
    return password
