"""Not a mutant but a slow provider: its events are taken seconds late, so that they cannot cover for one."""

import time
from datetime import datetime
from typing import Any

from tocsin.mailer import webhook

_take = webhook.Receipts.record


def _take_late(self: webhook.Receipts, events: list[webhook.ProviderEvent], now: datetime) -> Any:
    time.sleep(10)
    return _take(self, events, now)


if __name__ == "__main__":
    webhook.Receipts.record = _take_late  # type: ignore[method-assign]
    webhook.main()
