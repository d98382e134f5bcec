"""The simulated mail server, as a context manager: its own thread, its own loop."""

import asyncio
import secrets
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from weakref import WeakSet

from tocsin.devtools.sendgrid.answering import Envelope
from tocsin.devtools.sendgrid.app import Simulator
from tocsin.devtools.smtp.certificates import Certificates
from tocsin.devtools.smtp.conversation import Conversation, House
from tocsin.devtools.smtp.desk import Desk, OtherDesk, OwnDesk, Unreachable
from tocsin.devtools.smtp.reports import Asked, Step, report, steps
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings

USER = "tocsin"
CA_FILE = "smtp-ca.pem"
PASSWORD_FILE = "smtp.password"  # noqa: S105 - a file's name


class SmtpSimulator:
    """A running server on loopback. host, port: where. ca_file: what a client has to trust.

    Faults are planned where the mailbox is: ``simulator.faults.plan(Fault.SMTP_…)``.
    """

    def __init__(self, settings: Settings, desk: Desk, now: Callable[[], datetime] = clock.now, dsn: bool = True):
        self.host, self.port = settings.bind, settings.smtp_port
        self.user = settings.smtp_user or USER
        self.ca_file = settings.smtp_ca_file or settings.home / CA_FILE
        self.password_file = settings.smtp_password_file or settings.home / PASSWORD_FILE
        certificates = Certificates.create(settings.home / "simulator", self.ca_file)
        password = _ensure_password(self.password_file)
        self._desk, self._now = desk, now
        self._house = House(desk, certificates, self.user, password, self._accepted, now, dsn)
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._conversations: WeakSet[Conversation] = WeakSet()
        self._thread = threading.Thread(target=self._run, name="smtp", daemon=True)

    @classmethod
    def create(cls, settings: Settings, simulator: Simulator | None = None, dsn: bool = True) -> "SmtpSimulator":
        """Beside ``simulator``, or beside the one at ``sendgrid_host``. dsn: whether reports can be asked for."""
        if simulator is None:
            return cls(settings, OtherDesk(settings.sendgrid_host), dsn=dsn)
        return cls(settings, OwnDesk(simulator), simulator.clock.now, dsn)

    def __enter__(self) -> "SmtpSimulator":
        self._thread.start()
        self._call(self._open())
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    def refuse(self) -> None:
        """Nobody listens any more, until ``listen``."""
        self._call(self._close())

    def listen(self) -> None:
        """Listen again on the same port."""
        self._call(self._open())

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_default_executor(ThreadPoolExecutor(8, "smtp-desk"))
        self._loop.run_forever()

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _open(self) -> None:
        if self._server is None:
            self._server = await self._loop.create_server(self._converse, self.host, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    def _converse(self) -> Conversation:
        conversation = Conversation(self._house, self._loop)
        self._conversations.add(conversation)
        return conversation

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _end(self) -> None:
        await self._close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for conversation in list(self._conversations):
            conversation.cut()
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for _ in range(3):
            await asyncio.sleep(0)  # what is closed is let go in later rounds of the loop
        await self._loop.shutdown_default_executor()

    # --- reports --------------------------------------------------------------------------------------------------

    def _accepted(self, content: bytes, sender: str, to: str, asked: Asked, mail_id: str) -> None:
        """Reports go to the envelope's sender; the null sender wants none."""
        for step in steps(to, asked) if sender else ():
            self._loop.call_later(step.after, self._later, content, sender, to, asked, step, mail_id)

    def _later(self, content: bytes, sender: str, to: str, asked: Asked, step: Step, mail_id: str) -> None:
        made = report(content, sender, to, asked, step, self._now())
        self._loop.run_in_executor(None, self._report, made, sender, mail_id)

    def _report(self, made: bytes, sender: str, mail_id: str) -> None:
        try:
            self._desk.come_in(made, Envelope("", (sender,), spf="none", dkim="none"), mail_id)
        except Unreachable:
            """A report that nobody takes is lost, as it may be anywhere."""


def _ensure_password(path: Path) -> str:
    """The password, made with mode 0600 if there is none yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"{secrets.token_urlsafe(24)}\n")
    return path.read_text().strip()
