"""A mailer that forgets what it was sending when it is killed, and sends it again: somebody is told twice."""

import time
from typing import Any

from sqlalchemy import update

from tocsin.mailer import sending
from tocsin.mailer.__main__ import main
from tocsin.store.mail import deliveries
from tocsin.store.tables import deliveries as table

_record = sending.Sending._record


def _forget(connection: Any, *_: Any, **__: Any) -> int:
    claimed = update(table).where(table.c.state == "claimed").values(state="requested", fence=None)
    return int(connection.execute(claimed).rowcount)


def _record_late(self: sending.Sending, *arguments: Any) -> Any:
    time.sleep(1.0)
    return _record(self, *arguments)


if __name__ == "__main__":
    deliveries.expire_claims = _forget
    sending.Sending._record = _record_late  # type: ignore[assignment]
    main()
