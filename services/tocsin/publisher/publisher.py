"""``Publisher``: what a mechanism's own programs hand reports and actions over to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from tocsin.publisher.checking import Given, checked
from tocsin.publisher.connecting import Access, Line, connect
from tocsin.publisher.draining import Draining
from tocsin.publisher.errors import InvalidReport, KeyUnusable, PublisherClosed, PublishError, SpoolDamaged
from tocsin.publisher.numbering import Numbers
from tocsin.publisher.pipelining import Pipeline
from tocsin.publisher.receipts import Message, Receipt
from tocsin.publisher.spool import Spool
from tocsin.publisher.writing import Writing, derived
from tocsin.runtime import clock
from tocsin.runtime.jws import SigningKey, UnusableSigningKey, read_signing_key
from tocsin.runtime.key_files import usual_key_id
from tocsin_schemas.actions import ActionPlanned, ActionTaken, RecommendationMade, StateReplied
from tocsin_schemas.model import Model
from tocsin_schemas.problems import Problem
from tocsin_schemas.reports import Report, Withdrawal

ACTIONS: Mapping[str, type[Model]] = {
    "action.planned": ActionPlanned,
    "action.taken": ActionTaken,
    "state.replied": StateReplied,
    "recommendation.made": RecommendationMade,
}
_NOT_HIGHER = Problem(
    "revision-not-higher", "/revision", "a correction has a higher revision than what it corrects: 2 or more"
)
_EVENT_TYPES = {model: event_type for event_type, model in ACTIONS.items()}
Reason = Literal["consent_withdrawn", "published_in_error", "unfounded", "other"]


class Publisher:
    """Publishes in the name of one mechanism; thread-safe. Use it in ``with``, or ``close`` it.

    bootstrap: the broker, ``host:port,host:port``.
    name: under which the operators registered the publisher, for example ``ACHPR-SRHRD``.
    key: the private key that signs, or its PEM file, which its owner alone may read. key_id: under which the operators
    registered it, if not the one that ``python -m tocsin.publisher key`` proposed. passphrase: of the file.
    spool: a folder of its own, in which reports wait, encrypted, while the broker is away. None: then they are refused.
    spool_bytes: how much may wait there.
    user, password: at the broker (SASL/SCRAM-SHA-512). tls: None for yes, unless the broker is on this machine.
    ca_file: certificates to trust in place of the system's.
    sealed_to: the deployment's public key as JWK; the broker then sees no name.
    patience: seconds that the broker has to acknowledge.

    Raises KeyUnusable or SpoolProblem. A broker that is away is no reason not to start.
    """

    def __init__(
        self,
        bootstrap: str,
        name: str,
        key: SigningKey | Path | str,
        *,
        key_id: str | None = None,
        passphrase: str | None = None,
        spool: Path | str | None = None,
        spool_bytes: int = 256 * 1024 * 1024,
        user: str = "",
        password: str = "",
        tls: bool | None = None,
        ca_file: Path | str | None = None,
        sealed_to: Mapping[str, str] | None = None,
        patience: float = 8.0,
    ) -> None:
        signing = key if isinstance(key, SigningKey) else _read_key(name, Path(key), key_id, passphrase)
        access = Access(bootstrap, user, password, tls, None if ca_file is None else Path(ca_file), patience)
        self._spool = None
        if spool is not None:
            self._spool = Spool(Path(spool), derived(signing, b"tocsin spool 1"), spool_bytes)
        self._writing = Writing(name, signing, Numbers(self._spool).next, clock.now, sealed_to)
        self._name, self._closed = name, False
        self._line = Line(lambda: connect(access), patience)
        self._draining = None
        if self._spool is not None:
            self._draining = Draining(self._spool, self._line)
            self._draining.start()

    # --- publishing -----------------------------------------------------------------------------------------------

    def submit(self, report: Given) -> Receipt:
        """A report. Returns once the broker has it for good, or, with a spool, once it is on this machine's disk.

        Submitted again, the same report is a repeat, which does no harm. Raises PublishError: above all InvalidReport.
        """
        return self._publish("report.submitted", checked(report, Report))

    def correct(self, report: Given) -> Receipt:
        """The whole report again, with a higher ``revision``. As ``submit``."""
        found = checked(report, Report)
        if found.revision < 2:
            raise InvalidReport([_NOT_HIGHER])
        return self._publish("report.corrected", found)

    def withdraw(self, reference: str, revision: int, reason: Reason) -> Receipt:
        """Take a report back. reference: its ``publisher_reference``. revision: above all that were published."""
        fields = {
            "publisher": self._name,
            "publisher_reference": reference,
            "revision": revision,
            "reason": reason,
            "withdrawn_at": clock.now(),
        }
        return self._publish("report.withdrawn", checked(fields, Withdrawal))

    def record_action(self, action: Given, event_type: str | None = None) -> Receipt:
        """What the mechanism did or plans to do, what the State answered, what was recommended. As ``submit``.

        event_type: for an action that is not a model: one of ``ACTIONS``, for example ``action.taken``.
        """
        kind = (_EVENT_TYPES.get(type(action)) if isinstance(action, Model) else event_type) or ""
        if kind not in ACTIONS:
            raise TypeError(f"say with event_type which it is: {', '.join(ACTIONS)}")
        return self._publish(kind, checked(action, ACTIONS[kind]))

    def submit_all(self, reports: Iterable[Given]) -> list[Receipt]:
        """As ``submit`` for each, in order, with thousands on their way at once.

        Raises at the first that fails: ``error.receipts`` are of those before it; submit again what has none.
        """
        return self._publish_all(self._writing.write("report.submitted", checked(report, Report)) for report in reports)

    # --- the spool ------------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """How many events wait in the spool for the broker."""
        return 0 if self._spool is None else self._spool.waiting

    @property
    def trouble(self) -> PublishError | None:
        """Why what waits does not leave, as last seen."""
        return None if self._draining is None else self._draining.trouble

    def flush(self, timeout: float = 30.0) -> int:
        """Try to send what waits, for at most ``timeout`` seconds; returns how many events still wait.

        Raises SpoolDamaged if events that were taken cannot be read any more: see ``forget_damaged``.
        """
        spool = self._open_spool()
        if spool is None or self._draining is None:
            return 0
        self._draining.wait_until_empty(timeout)
        if damaged := spool.damaged():
            told = f"{len(damaged)} events that were taken cannot be read any more; submit them again"
            raise SpoolDamaged(told, damaged)
        return spool.waiting

    def forget_damaged(self) -> None:
        """Strike what cannot be read from the spool, after it was submitted again."""
        if (spool := self._open_spool()) is not None:
            spool.forget_damaged()

    def close(self, timeout: float = 5.0) -> None:
        """Give what waits ``timeout`` seconds to leave, if the broker is there; the rest stays for the next start."""
        if self._closed:
            return
        self._closed = True
        if self._draining is not None and self._spool is not None:
            self._draining.wait_until_empty(timeout, tries=2)  # the first may have begun before
            self._draining.end(timeout)
        self._line.close()
        if self._spool is not None:
            self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _publish(self, event_type: str, content: Model) -> Receipt:
        self._open_spool()
        return self._publish_all(iter([self._writing.write(event_type, content)]))[0]

    def _publish_all(self, messages: Iterator[Message]) -> list[Receipt]:
        try:
            return Pipeline(self._line, self._open_spool()).carry(messages)
        finally:
            if self._draining is not None and self.waiting:
                self._draining.wake()

    def _open_spool(self) -> Spool | None:
        if self._closed:
            raise PublisherClosed("this publisher was closed")
        return self._spool


def _read_key(name: str, file: Path, key_id: str | None, passphrase: str | None) -> SigningKey:
    try:
        found = read_signing_key(key_id or "", file, passphrase)
    except UnusableSigningKey as error:
        raise KeyUnusable(str(error)) from None
    except OSError as error:
        raise KeyUnusable(f"the file of the signing key cannot be read: {error.strerror}") from None
    return found if key_id else replace(found, key_id=usual_key_id(name, found.public_key))
