"""The oracle of an outage: nothing lost, nothing twice, nothing urgent late, nothing after its consent is withdrawn."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.devtools.faults.verdict import Verdict

URGENT = ("P1", "P2")
URGENT_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a mail."""

    case_id: str | None
    priority: str
    state: str
    carried_by: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that a provider took."""

    at: datetime
    delivery_id: str
    by: str


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What is left: by delivery, what became of it and when it was to leave; what each provider took, in its order.

    withdrawn: cases of which nothing might be told after ``withdrawal``.
    """

    asked: Mapping[str, Row]
    planned: Mapping[str, datetime]
    taken: Sequence[Taken]
    withdrawn: Set[str]
    withdrawal: datetime

    def judge(self) -> Verdict:
        """Who was told what, against what was promised."""
        asked, by_itself = self.asked, Counter(mail.delivery_id for mail in self.taken)
        breaches: list[str] = []
        if twice := [d for d, times in by_itself.items() if times > 1]:
            breaches.append(f"{len(twice)} mails were sent twice")
        if lost := [d for d, row in asked.items() if not _is_settled(d, row, by_itself)]:
            states = Counter(asked[d].state for d in lost)
            breaches.append(f"{len(lost)} mails were neither sent, carried nor cancelled with a cause: {dict(states)}")
        if late := sum(after > URGENT_WITHIN for after in self._waited()):
            breaches.append(f"{late} urgent mails took more than five minutes")
        if wrong := [
            m for m in self.taken if asked[m.delivery_id].case_id in self.withdrawn and m.at > self.withdrawal
        ]:
            breaches.append(f"{len(wrong)} mails left after the consent was withdrawn")
        if hasty := [m for m in self.taken if m.by == "smtp" and not self._is_urgent(m)]:
            breaches.append(f"{len(hasty)} mails that can wait went by the second way")
        if not _in_order([asked[m.delivery_id].priority for m in self.taken if m.by == "sendgrid"]):
            breaches.append("what had waited did not leave by its priority")
        return Verdict(breaches, self._figures())

    def _is_urgent(self, mail: Taken) -> bool:
        return self.asked[mail.delivery_id].priority in URGENT

    def _waited(self) -> list[timedelta]:
        """How long each urgent mail took."""
        return [m.at - self.planned[m.delivery_id] for m in self.taken if self._is_urgent(m)]

    def _figures(self) -> dict[str, int]:
        states = Counter(f"ended_{row.state}" for row in self.asked.values())
        ways = Counter(f"by_{mail.by}" for mail in self.taken)
        longest = max(self._waited(), default=timedelta())
        return {"asked": len(self.asked), "longest_urgent_seconds": int(longest.total_seconds()), **ways, **states}


def _is_settled(delivery_id: str, row: Row, taken: Counter[str]) -> bool:
    """What is said to be sent is believed only if a provider took it."""
    bearers = {"accepted": delivery_id, "carried": row.carried_by}
    return row.state == "cancelled" or bearers.get(row.state) in taken


def _in_order(priorities: Sequence[str]) -> bool:
    return list(priorities) == sorted(priorities)
