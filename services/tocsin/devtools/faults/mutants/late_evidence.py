"""Not a mutant but a slow provider: its events are taken seconds late, so that they cannot cover for one."""

import time
from datetime import datetime
from typing import Any

from tocsin.mailer import webhook
from tocsin.mailer.evidence.provider_events import ProviderEvent, Receipts

_take = Receipts.record


def _take_late(self: Receipts, events: list[ProviderEvent], now: datetime) -> Any:
    time.sleep(10)
    return _take(self, events, now)


if __name__ == "__main__":
    Receipts.record = _take_late  # type: ignore[method-assign]
    webhook.main()
