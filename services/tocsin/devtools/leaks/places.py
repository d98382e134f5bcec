"""Where values must not stand: each place as bytes."""

import base64
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

import httpx
import pysequoia
from kafka import TopicPartition
from sqlalchemy import MetaData, select

from tocsin.devtools.leaks import answers, operators
from tocsin.devtools.leaks.house import READER, House
from tocsin.devtools.leaks.values import AS_REFUSED, AS_SENT, IMPORTED, MAIL
from tocsin.runtime import kafka
from tocsin.store.database import reading
from tocsin_schemas.topics import ACTIONS, DEAD_LETTERS, REPORTS, TOPICS

LOGS, METRICS, ADDRESSES = "logs", "metrics", "addresses: links, forms, Location"
RECORDS, DATABASE, VALUES = "Kafka: every other topic", "database files", "database columns"
PROVIDER, PAGES, PRINTED, OTHER = "bytes at the provider", "pages and exports", "printed by commands", "other files"
FORBIDDEN = (LOGS, METRICS, ADDRESSES, RECORDS, DATABASE, VALUES, PROVIDER, PAGES, PRINTED, OTHER)
_OF_TOPICS = {REPORTS.name: AS_SENT, ACTIONS.name: AS_SENT, DEAD_LETTERS.name: AS_REFUSED}


@dataclass(frozen=True, slots=True)
class Spot:
    """place: of the table. name: which file, record, column or page. asked: what this answers."""

    place: str
    name: str
    content: bytes
    asked: str = ""


def spots(house: House, imported: str, printed: str) -> Iterator[Spot]:
    """Everything there is to search. The services still run. imported, printed: what commands printed."""
    yield Spot(IMPORTED, "imports", imported.encode())
    yield Spot(PRINTED, "commands", printed.encode())
    yield from _metrics(house)
    yield from _pages(house)
    yield from _records(house)
    yield from _values(house)
    yield from _provider(house)
    yield from _files(house)


def _metrics(house: House) -> Iterator[Spot]:
    """Of every service that runs and has any."""
    known = json.loads((house.stack.home / "addresses.json").read_text())
    for name in house.stack.pids():
        if url := known.get(f"metrics-{name}"):
            yield Spot(METRICS, name, httpx.get(f"{url}/metrics", timeout=30).raise_for_status().content)


def _pages(house: House) -> Iterator[Spot]:
    for name, content, asked in house.seen.pages:
        if not any(each in name for each in operators.OPENED):
            yield Spot(PAGES, name, content, asked)
    for address, asked in sorted(house.seen.addresses):
        yield Spot(ADDRESSES, "seen", address.encode(), asked)


def _records(house: House) -> Iterator[Spot]:
    """Every record: key, headers and value. What its publisher wrote outside a sealed body stays as it was sent."""
    access = house.stack.settings.kafka
    ends = kafka.end_offsets(access, [topic.name for topic in TOPICS])
    places = {TopicPartition(*position): end for position, end in ends.items() if end}
    with closing(kafka.reader(access)) as reader:
        reader.assign(list(places))
        reader.seek_to_beginning()
        while any(reader.position(place) < end for place, end in places.items()):
            for batch in reader.poll(timeout_ms=500).values():
                yield from map(_record, batch)


def _record(record: Any) -> Spot:
    parts = [record.key or b"", *(part for name, value in record.headers for part in (name.encode(), value or b""))]
    place = _OF_TOPICS.get(record.topic, RECORDS)
    return Spot(place, f"{record.topic} {record.partition}:{record.offset}", b"\n".join([*parts, record.value or b""]))


def _values(house: House) -> Iterator[Spot]:
    """Every column of every table, as its type has it."""
    found = MetaData()
    with reading(house.stack.engine) as connection:
        found.reflect(connection)
        for table in found.sorted_tables:
            rows = connection.execute(select(table)).all()
            for number, column in enumerate(table.columns):
                content = b"\n".join(_as_bytes(row[number]) for row in rows)
                yield Spot(VALUES, f"{table.name}.{column.name}", content)


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return value.encode() if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False).encode()


def _provider(house: House) -> Iterator[Spot]:
    """Every request to the API as it came, and every mail by either way with its parts decoded."""
    kept = house.stack.home / "simulator" / "requests"
    yield Spot(PROVIDER, "requests", kept.read_bytes())
    for mail in answers.ledger(house):
        yield Spot(PROVIDER, mail["id"], json.dumps(mail, ensure_ascii=False).encode())
        raw = base64.b64decode(mail.get("raw", ""))
        parts = _parts(raw)
        attached = [base64.b64decode(each["content"]) for each in mail.get("attachments", ())]
        yield Spot(PROVIDER, f"{mail['id']} decoded", b"\n".join([raw, *parts, *attached]))
        if mail["to"] == READER:
            yield from _opened(house, mail["id"], [*parts, *attached])


def _opened(house: House, name: str, parts: list[bytes]) -> Iterator[Spot]:
    """What the reader reads with their key."""
    for part in parts:
        if part.lstrip().startswith(b"-----BEGIN PGP MESSAGE"):
            text = pysequoia.decrypt(part, decryptor=house.key.decryptor()).bytes or b""
            yield Spot(MAIL, name, b"\n".join([text, *_parts(text)]))


def _parts(message: bytes) -> list[bytes]:
    """Every part of a mail, without its transfer encoding."""
    found = [part.get_payload(decode=True) for part in message_from_bytes(message, policy=SMTP).walk()]
    return [part for part in found if isinstance(part, bytes)]


def _files(house: House) -> Iterator[Spot]:
    home = house.stack.home
    for path in sorted(home.rglob("*")):
        if path.is_file() and path.stat().st_size:
            name = path.relative_to(home).as_posix()
            yield Spot(_place_of_file(name), name, path.read_bytes().rstrip(b"\0"))  # Kafka's grow in advance


def _place_of_file(path: str) -> str:
    if path.startswith("broker/data/"):
        topic = path.removeprefix("broker/data/").rpartition("/")[0].rpartition("-")[0]
        return _OF_TOPICS.get(topic, RECORDS)
    if path.startswith("logs/") or path.endswith(".log"):
        return LOGS
    if path.startswith(("postgresql/", "tocsin.db")):
        return DATABASE
    return PROVIDER if path.startswith("simulator/") else OTHER
