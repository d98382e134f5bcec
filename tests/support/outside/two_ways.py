"""Both ways out as one, for the suite that both senders pass: the simulators, and their common ledger."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from providers import a_mail_server, a_provider, smtp_settings
from tocsin.devtools.sendgrid.app import Simulator
from tocsin.devtools.sendgrid.faults import Fault
from tocsin.mailer.outlets import Outlets
from tocsin.runtime.settings import Settings

_HEADERS = ("References", "Auto-Submitted", "List-Id")


@dataclass(slots=True)
class Way:
    """One provider. name: ``sendgrid`` or ``smtp``. secret_file: where its secret stands. stack: ends with the test."""

    name: str
    simulator: Simulator
    settings: Settings
    secret_file: Path
    secret: str
    stack: ExitStack

    def sender(self, timeout: float = 2.0) -> Any:
        settings = self.settings.model_copy(update={"sendgrid_timeout": timeout, "smtp_timeout": timeout})
        outlets = Outlets(settings)
        if self.name == "sendgrid":
            return outlets.sendgrid
        assert outlets.smtp is not None
        self.stack.callback(outlets.smtp.close)
        return outlets.smtp

    def kept(self) -> list[dict[str, Any]]:
        """Every mail that was taken; line ends as we write them."""
        return [_given(mail) for mail in self.simulator.ledger.whole()]

    def lose_the_answer(self) -> None:
        self._plan(Fault.DROP_AFTER, Fault.SMTP_CUT_AFTER)

    def fall_silent(self, seconds: float) -> None:
        """Before it has taken the mail that it was given."""
        self._plan(Fault.HANG_BEFORE, Fault.SMTP_HANG, seconds)

    def be_busy(self) -> None:
        self._plan(Fault.THROTTLE, Fault.SMTP_MAIL_LATER, 3)

    def _plan(self, of_sendgrid: Fault, of_smtp: Fault, seconds: float = 0.0) -> None:
        self.simulator.faults.plan(of_sendgrid if self.name == "sendgrid" else of_smtp, 1, seconds=seconds)


def _given(mail: dict[str, Any]) -> dict[str, Any]:
    bodies = {kind: mail[kind].replace("\r\n", "\n").strip() for kind in ("text", "html")}
    headers = {name: mail["headers"][name] for name in _HEADERS if name in mail["headers"]}
    return mail | bodies | {"headers": headers, "reply_to": mail["reply_to"] or None}


@contextmanager
def a_way(name: str, folder: Path) -> Iterator[Way]:
    """``sendgrid`` or ``smtp``, with one ledger behind both."""
    with ExitStack() as stack:
        simulator = stack.enter_context(a_provider(folder))
        settings = Settings(home=folder, sendgrid_host=simulator.url)
        secret_file, secret = folder / "sendgrid.key", simulator.key
        if name == "smtp":
            server = stack.enter_context(a_mail_server(folder, simulator))
            settings = smtp_settings(folder, server, sendgrid_host=simulator.url)
            secret_file = server.password_file
            secret = secret_file.read_text().strip()
        yield Way(name, simulator, settings, secret_file, secret, stack)
