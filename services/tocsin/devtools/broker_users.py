"""The users of an embedded broker that asks who is there: ours, the broker's own, and the controller's."""

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from tocsin.devtools.broker_problems import BrokerProblem
from tocsin.devtools.jars import FILES
from tocsin.runtime.kafka_access import Access, read_password

USER = "tocsin"
"""May do everything: the services, and who administers."""
BROKER_USER = "tocsin-broker"
"""The broker's own, towards other brokers."""
_ITERATIONS = 8192
_PLAIN_MAP = "listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"


@dataclass(frozen=True, slots=True)
class Users:
    """folder: the broker's, in its home. wanted: settled for good when the storage is formatted."""

    folder: Path
    wanted: bool

    @property
    def password_file(self) -> Path:
        return self.folder.parent / "kafka.password"

    @property
    def _broker_file(self) -> Path:
        return self.folder / "broker.password"

    def prepare(self) -> None:
        """Make what is missing. Raises BrokerProblem if the storage was formatted with users, and none are wanted now,
        or the other way round: what was closed is not opened by a start without the option."""
        are_there = (self.folder / "user").exists()
        is_formatted = (self.folder / "data" / "meta.properties").exists()
        if is_formatted and are_there != self.wanted:
            how = "with users" if are_there else "without users"
            raise BrokerProblem("broker-users", f"{self.folder} was made {how}", "start it so, or choose another home")
        if not self.wanted:
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for file in (self.password_file, self._broker_file):
            if not file.exists():
                _write_secret(file, secrets.token_urlsafe(24))
        (self.folder / "user").write_text(USER + "\n")

    def access(self, bootstrap: str) -> Access:
        return Access(bootstrap, USER, read_password(self.password_file)) if self.wanted else Access(bootstrap)

    def client_settings(self) -> dict[str, str]:
        """Of services, by name."""
        if not self.wanted:
            return {"kafka_user": ""}
        self.prepare()
        return {"kafka_user": USER, "kafka_password_file": str(self.password_file)}

    def broker_settings(self, plain: str) -> str:
        """plain: the broker's settings without users. The controller's password is new at each start."""
        if not self.wanted:
            return plain
        text = (FILES / "secured.properties").read_text()
        values = {"broker": read_password(self._broker_file), "controller": secrets.token_urlsafe(24)}
        for name, value in values.items():
            text = text.replace(f"{{{name}_password}}", value)
        return plain.replace(_PLAIN_MAP, "") + text

    def format_arguments(self) -> list[str]:
        """For the storage tool; without a password, since others can see a command."""
        if not self.wanted:
            return []
        passwords = {USER: self.password_file, BROKER_USER: self._broker_file}
        return [
            argument
            for user, file in passwords.items()
            for argument in ("--add-scram", scram_credential(user, read_password(file)))
        ]


def scram_credential(user: str, password: str) -> str:
    """What ``kafka-storage.sh format --add-scram`` takes; the password itself is not in it."""
    salt = os.urandom(24)
    salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
    encoded = [base64.b64encode(each).decode() for each in (salt, salted)]
    return f'SCRAM-SHA-512=[name={user},iterations={_ITERATIONS},salt="{encoded[0]}",saltedpassword="{encoded[1]}"]'


def _write_secret(file: Path, secret: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as target:
        target.write(secret + "\n")
