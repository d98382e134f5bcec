"""What ``docker-compose.yml`` runs, on one machine without Docker: PostgreSQL, and a broker that asks who is there."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from tocsin.devtools.ports import free_ports
from tocsin.devtools.postgresql import PostgreSQL
from tocsin.devtools.stack import Stack
from tocsin.devtools.supervisor import Program
from tocsin.domain.canary import CANARY
from tocsin.runtime.kafka_principals import Quota, administering

CANARY_SERVICE = "canary"


class SecuredStack(Stack):
    """A stack whose services are told the same settings, by name, as the containers are.

    folder, overrides, modules, fresh, canary: as of ``Stack``. ``start`` raises DatabaseProblem too.
    """

    def __init__(
        self,
        folder: Path,
        overrides: Mapping[str, str] | None = None,
        modules: Mapping[str, str] | None = None,
        fresh: bool = False,
        canary: bool = True,
    ) -> None:
        self._server = PostgreSQL(folder.resolve(), free_ports(1)[0])
        told = {"database_url": self._server.url, **_said_outright(folder.resolve()), **(overrides or {})}
        super().__init__(folder, told, modules, fresh, secured=True, canary=canary)

    def stop(self) -> None:
        """PostgreSQL ends once nobody is connected: we let go first."""
        if "engine" in self.__dict__:
            self.engine.dispose()
        super().stop()

    def environment_of(self, name: str) -> dict[str, str]:
        """The canary comes to the broker as a user of its own, who may no more than any publisher."""
        found = super().environment_of(name)
        own = {"TOCSIN_KAFKA_USER": CANARY, "TOCSIN_KAFKA_PASSWORD_FILE": str(self._canary_password)}
        return found | (own if name == CANARY_SERVICE else {})

    @property
    def _canary_password(self) -> Path:
        return self.home / "canary.password"

    def _prepare_broker(self) -> None:
        super()._prepare_broker()
        if not self._canary or self._canary_password.exists():
            return
        password = secrets.token_urlsafe(24)
        with administering(self.settings.kafka) as principals:
            principals.add_publisher(CANARY, password, Quota())
        self._canary_password.touch(0o600)
        self._canary_password.write_text(password + "\n")

    def _prepare_database(self) -> None:
        log = self.home / "logs" / "postgresql.log"
        self._supervise(Program("postgresql", self._server.prepare(), log, stop_order=1, grace=2.0))
        self._server.wait_ready()
        super()._prepare_database()


def _said_outright(home: Path) -> dict[str, str]:
    """What ``Stack`` leaves at its defaults, and a deployment of several machines has to say."""
    return {
        "bind": "127.0.0.1",
        "deployment_key_file": str(home / "deployment.key"),
        "sendgrid_key_file": str(home / "sendgrid.key"),
        "webhook_public_key_file": str(home / "webhook-public.pem"),
        "mail_from": "alerts@tocsin.example",
        "mail_domain": "tocsin.example",
        "simulator_webhook_url": "",
        "trusted_proxies": "",
        "canary_key_file": str(home / "canary.key"),
        "canary_ping_url": "",
    }
