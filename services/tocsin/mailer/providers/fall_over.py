"""Two ways out as one ``Sender``: everything goes by the first; while it fails, what is urgent goes by the second.

What is not urgent waits for the first: the second way is for emergencies, and would be choked by everything else. A
mail that the first may have taken is never given to the second: the provider's events and log tell (``reconcile``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from tocsin.mailer.providers.breaker import Breaker, State
from tocsin.mailer.sender import Mail, Outcome, RetryAfter, Sender, Stops, Unknown
from tocsin.runtime import metrics

SHORT_THROTTLE = timedelta(seconds=30)
"""An urgent mail waits so long for a provider that is only busy, and no longer."""
_TRIAL_PAUSE, _SHORT_PAUSE, _LONG_PAUSE = (timedelta(seconds=n) for n in (1, 5, 30))
"""How long what is not urgent waits: while one mail is on trial, and while the first is down for short or for long."""


class Provider(Sender, Protocol):
    def probe(self) -> bool:
        """Whether a mail would be taken; none is sent. Ends in ten seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """A provider and its breaker. name: as in ``Accepted.provider``."""

    name: str
    provider: Provider
    breaker: Breaker = field(default_factory=Breaker)

    def send(self, mail: Mail, clock: Callable[[], datetime]) -> Outcome:
        """Send, count the answer, and tell the breaker."""
        outcome = self.provider.send(mail)
        metrics.provider_response(_word(outcome), self.name)
        if _is_failure(outcome):
            self.breaker.failed(clock(), for_sure=isinstance(outcome, RetryAfter) and outcome.reason == "unauthorised")
        else:
            self.breaker.succeeded()
        metrics.provider_breaker(self.name, self.breaker.state.value)
        return outcome

    def look(self, now: datetime) -> None:
        """Probe the provider if it is time to."""
        if self.breaker.wants_probe(now):
            self.breaker.probed(self.provider.probe(), now)
        metrics.provider_breaker(self.name, self.breaker.state.value)


class FallOver:
    """``second``: None where there is none; then every mail goes by the first, whatever became of the last one."""

    def __init__(self, first: Way, second: Way | None, clock: Callable[[], datetime]) -> None:
        self._first, self._second, self._clock = first, second, clock

    def send(self, mail: Mail) -> Outcome:
        if self._second is None:
            return self._first.send(mail, self._clock)
        if not self._first.breaker.admits(self._clock()):
            return self._instead(mail, self._second, self._closed())
        outcome = self._first.send(mail, self._clock)
        if not isinstance(outcome, RetryAfter) or outcome.stops is Stops.NONE:
            return outcome
        if outcome.reason == "throttled" and outcome.until - self._clock() <= SHORT_THROTTLE:
            return outcome
        return self._instead(mail, self._second, outcome)

    def look(self) -> None:
        """Probe what has failed. To be called every second or so, from a thread of its own."""
        for way in (self._first, self._second):
            if way is not None:
                way.look(self._clock())

    def _instead(self, mail: Mail, second: Way, refusal: RetryAfter) -> Outcome:
        """``refusal``: why the first does not take it."""
        if not mail.is_urgent:
            return replace(refusal, stops=Stops.ROUTINE)
        if not second.breaker.admits(self._clock()):
            return refusal
        outcome = second.send(mail, self._clock)
        if isinstance(outcome, RetryAfter) and outcome.stops is not Stops.NONE:
            return replace(outcome, until=min(outcome.until, refusal.until), reason=refusal.reason)
        return outcome

    def _closed(self) -> RetryAfter:
        now, since = self._clock(), self._first.breaker.failing_since
        down_for = now - since if since is not None else _SHORT_PAUSE
        pause = min(max(down_for, _SHORT_PAUSE), _LONG_PAUSE)
        on_trial = self._first.breaker.state is State.HALF_OPEN
        return RetryAfter(now + (_TRIAL_PAUSE if on_trial else pause), "unreachable")


def _is_failure(outcome: Outcome) -> bool:
    is_down = isinstance(outcome, RetryAfter) and outcome.reason in {"unreachable", "unauthorised"}
    return is_down or isinstance(outcome, Unknown)


def _word(outcome: Outcome) -> str:
    return outcome.reason if isinstance(outcome, RetryAfter) else type(outcome).__name__.lower()
