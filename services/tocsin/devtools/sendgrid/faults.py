"""Faults on request: what can go wrong between a sender and its provider.

A fault strikes a number of times, or always, or by chance; for every address or for one. An address may also ask for
faults itself: ``fault.drop_after.desk@m.example`` meets one, ``fault.error_before.3.desk@m.example`` the same three
times.
"""

import random
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """``before`` and ``after``: before or after the mail is accepted."""

    REFUSED = "refused"
    """Nobody listens for so many seconds."""
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    CUT_ANSWER = "cut_answer"
    """Accepted; the connection ends within the answer."""
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    BAD_GATEWAY_BEFORE = "bad_gateway_before"
    BAD_GATEWAY_AFTER = "bad_gateway_after"
    UNAVAILABLE_BEFORE = "unavailable_before"
    UNAVAILABLE_AFTER = "unavailable_after"
    GATEWAY_TIMEOUT_BEFORE = "gateway_timeout_before"
    GATEWAY_TIMEOUT_AFTER = "gateway_timeout_after"
    SLOW = "slow"
    """The whole answer comes late."""
    DRIP = "drip"
    """The answer comes a few bytes at a time: no single read takes long, the whole does."""
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    THROTTLE = "throttle"
    THROTTLE_BARE = "throttle_bare"
    """429 without any header."""
    THROTTLE_PAST = "throttle_past"
    """429 whose reset is over already."""
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    """403: the sender is not verified."""
    TOO_LARGE = "too_large"
    INVALID = "invalid"

    BOUNCED = "bounced"
    BLOCKED = "blocked"
    """The receiver has no TLS, and the account enforces it."""
    SUPPRESSED = "suppressed"
    DEFERRED = "deferred"
    DEFERRED_LONG = "deferred_long"
    """Deferred again and again, delivered at last after so many seconds."""
    DELIVERED_THEN_BOUNCED = "delivered_then_bounced"
    COMPLAINED = "complained"

    EVENTS_LOST = "events_lost"
    EVENTS_TWICE = "events_twice"
    EVENTS_MANY = "events_many"
    """Every event 46 times."""
    EVENTS_REORDERED = "events_reordered"
    EVENTS_DELAYED = "events_delayed"
    EVENTS_BADLY_SIGNED = "events_badly_signed"
    EVENTS_MALFORMED = "events_malformed"
    """Items that are no events among good ones."""
    EVENTS_NOT_JSON = "events_not_json"
    """A post that is no JSON, before the good one."""

    LOG_UNAVAILABLE = "log_unavailable"
    LOG_LAGGING = "log_lagging"
    """The log does not know yet what happened in the last so many seconds."""
    LOG_THROTTLED = "log_throttled"

    INBOUND_TWICE = "inbound_twice"
    INBOUND_BADLY_SIGNED = "inbound_badly_signed"
    INBOUND_LOST = "inbound_lost"

    SMTP_REFUSED = "smtp_refused"
    """The connection is closed before the greeting."""
    SMTP_MAIL_LATER = "smtp_mail_later"
    SMTP_RCPT_LATER = "smtp_rcpt_later"
    SMTP_DATA_LATER = "smtp_data_later"
    SMTP_RCPT_REFUSED = "smtp_rcpt_refused"
    SMTP_CUT_BEFORE = "smtp_cut_before"
    """The mail is not accepted, and the connection ends instead of an answer."""
    SMTP_CUT_AFTER = "smtp_cut_after"
    """The mail is accepted, and the connection ends instead of the 250."""
    SMTP_HANG = "smtp_hang"
    SMTP_NO_STARTTLS = "smtp_no_starttls"
    SMTP_NO_DSN = "smtp_no_dsn"
    SMTP_WRONG_CERTIFICATE = "smtp_wrong_certificate"
    SMTP_WRONG_PASSWORD = "smtp_wrong_password"  # noqa: S105 - the name of a fault


_ASKED = re.compile(r"fault\.(?P<name>[a-z_]+)(?:\.(?P<times>\d{1,3}))?(?:[.+-]|$)")
_WAITING = {Fault.SLOW, Fault.DRIP, Fault.HANG_BEFORE, Fault.HANG_AFTER, Fault.SMTP_HANG}
_WAIT = 1.0
"""Seconds, where an address itself asks for one of them."""


@dataclass(slots=True)
class Planned:
    """times: how often it still strikes; below zero: always. seconds: of waiting, for those that wait.

    chance: of striking where it could.
    """

    times: int
    seconds: float = 0.0
    chance: float = 1.0
    lots: random.Random = field(default_factory=random.Random)

    def draw(self) -> bool:
        """Whether it strikes now; counted if so."""
        if self.times == 0 or (self.chance < 1 and self.lots.random() >= self.chance):
            return False
        self.times -= 1
        return True


Place = tuple[Fault, str]
"""A fault, and the address that it is for; empty: every address."""


@dataclass(slots=True)
class Faults:
    """The faults that are planned, by kind and address. latency: seconds before each answer of the API.

    on_refusal: called with seconds when ``REFUSED`` is planned, and with 0 when it is over.
    """

    latency: float = 0.0
    on_refusal: Callable[[float], object] = lambda _: None
    _planned: dict[Place, Planned] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(
        self,
        fault: Fault,
        times: int = 1,
        seconds: float = 0.0,
        to: str = "",
        chance: float = 1.0,
        seed: int = 0,
    ) -> None:
        """Let ``fault`` strike ``times`` times (below zero: always), each time that it could with ``chance``.

        seconds: how long it waits, or lasts. to: one recipient's address. seed: of the lots that are drawn.
        """
        with self._lock:
            self._planned[fault, to.casefold()] = Planned(times, seconds, chance, random.Random(seed))  # noqa: S311
        if fault is Fault.REFUSED:
            self.on_refusal(seconds if times else 0.0)

    def plan_at_random(self, chances: Mapping[Fault, float], seed: int, seconds: float = 0.0) -> None:
        """Many kinds at once, each always there and struck by its own lot."""
        for number, (fault, chance) in enumerate(chances.items()):
            self.plan(fault, -1, seconds, chance=chance, seed=seed * 1000 + number)

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()
        self.on_refusal(0.0)

    def strike(self, fault: Fault, to: str = "") -> Planned | None:
        """The planned fault if it strikes now; it is counted."""
        address = to.casefold()
        with self._lock:
            if address and (fault, address) not in self._planned and (asked := _asked(address, fault)):
                self._planned[fault, address] = asked
            for place in dict.fromkeys(((fault, address), (fault, ""))):
                planned = self._planned.get(place)
                if planned is not None and planned.draw():
                    return planned
        return None

    def first(self, faults: tuple[Fault, ...], to: str = "") -> tuple[Fault, Planned] | None:
        """The first of ``faults`` that strikes now."""
        return next(((fault, planned) for fault in faults if (planned := self.strike(fault, to))), None)

    def pending(self) -> dict[str, int]:
        """How often each will still strike."""
        with self._lock:
            return {
                f"{fault.value} {to}".rstrip(): planned.times
                for (fault, to), planned in self._planned.items()
                if planned.times != 0
            }


def _asked(address: str, fault: Fault) -> Planned | None:
    """What the address itself asks for."""
    match = _ASKED.match(address.partition("@")[0])
    if match is None or match["name"] != fault.value:
        return None
    return Planned(int(match["times"] or 1), _WAIT if fault in _WAITING else 0.0)
