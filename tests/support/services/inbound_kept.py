"""What the endpoint for mail that comes in has kept."""

import json
from typing import Any

from sqlalchemy import select

from inbound_mails import Post
from tocsin.store import tables
from tocsin.store.database import reading


def rows(post: Post, table: Any = tables.inbound_mails) -> list[Any]:
    with reading(post.office.engine) as connection:
        return list(connection.execute(select(table)))


def one(post: Post) -> Any:
    (row,) = rows(post)
    return row


def sealed(post: Post, part: str = "mail") -> bytes:
    with reading(post.office.engine) as connection:
        return post.office.deployment.vault.open(connection, one(post).inbound_id, part)


def content(post: Post) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sealed(post))
    return found
