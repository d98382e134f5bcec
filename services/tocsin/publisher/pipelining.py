"""Many messages on their way at once; what the broker does not take goes to the spool, if there is one."""

from collections import deque
from collections.abc import Iterable
from contextlib import suppress

from tocsin.publisher.connecting import Flight, Line
from tocsin.publisher.errors import BrokerUnavailable, InvalidReport, PublishError
from tocsin.publisher.receipts import Message, Receipt
from tocsin.publisher.spool import Spool

_MOST_IN_FLIGHT = 4096
_KEPT_AT_ONCE = 64


class Pipeline:
    """For one call. Messages that follow others into the spool wait behind them, so that their order stays.

    receipts: in order, of everything that the broker has or that is in the spool, once ``finish`` has returned.
    """

    def __init__(self, line: Line, spool: Spool | None) -> None:
        self._line, self._spool = line, spool
        self._flights: deque[Flight] = deque()
        self._kept: list[Message] = []
        self.receipts: list[Receipt] = []

    def carry(self, messages: Iterable[Message]) -> list[Receipt]:
        """All of them, in order; the receipts.

        Raises PublishError at the first that fails, with the receipts of what was taken before: what one of them says
        is in the spool is there by then.
        """
        try:
            try:
                for message in messages:
                    self.add(message)
            except InvalidReport:
                self.finish()
                raise
            self.finish()
        except PublishError as error:
            if self._spool is not None and self._kept:
                with suppress(PublishError):  # the first is told; what could not be kept has no receipt
                    self._store(self._spool)
            error.receipts = tuple(self.receipts)
            raise
        return self.receipts

    def add(self, message: Message) -> None:
        """Raises PublishError if nothing can be done with it or with an earlier one."""
        if self._spool is not None and (self._kept or self._spool.waiting):
            self._settle(0)
            self._keep(message, self._spool)
            return
        try:
            self._flights.append(self._line.start(message))
        except BrokerUnavailable:
            if self._spool is None:
                raise
            self._settle(0)
            self._keep(message, self._spool)
        if len(self._flights) > _MOST_IN_FLIGHT:
            self._settle(_MOST_IN_FLIGHT // 2)

    def finish(self) -> None:
        """Raises PublishError."""
        self._settle(0)
        if self._spool is not None and self._kept:
            self._store(self._spool)

    def _settle(self, left: int) -> None:
        if self._flights and not left:
            self._line.hurry()
        while len(self._flights) > left:
            flight = self._flights.popleft()
            try:
                self.receipts.append(self._line.settle(flight))
            except BrokerUnavailable:
                if self._spool is None:
                    raise
                self._keep(flight.message, self._spool)

    def _keep(self, message: Message, spool: Spool) -> None:
        self._kept.append(message)
        self.receipts.append(message.receipt())
        if len(self._kept) >= _KEPT_AT_ONCE:
            self._store(spool)

    def _store(self, spool: Spool) -> None:
        kept, self._kept = self._kept, []
        try:
            spool.add(kept)
        except PublishError:
            lost = {message.event_id for message in kept}
            self.receipts = [r for r in self.receipts if not (r.spooled and r.event_id in lost)]
            raise
