"""A resolver that meets an error now and then, and goes on as if nothing were: the report is lost in silence."""

import random
from datetime import datetime

from sqlalchemy import Connection

from tocsin.resolver import accepting
from tocsin.resolver.__main__ import main
from tocsin.runtime.stream import Message
from tocsin_schemas.events import Event
from tocsin_schemas.model import Model

_accept = accepting.Acceptance.__call__


def _swallow(
    self: accepting.Acceptance, connection: Connection, event: Event[Model], message: Message, now: datetime
) -> str:
    if random.random() < 0.2:  # noqa: S311
        return "swallowed"
    return _accept(self, connection, event, message, now)


if __name__ == "__main__":
    accepting.Acceptance.__call__ = _swallow  # type: ignore[method-assign]
    main()
