"""Whoever publishes is killed at random, while the broker comes and goes: every promise is kept, once."""

import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition

from spooling import KEY, NAME, reference
from tocsin.devtools.broker import Broker
from tocsin.domain.identifiers import report_id
from tocsin.publisher import Publisher
from tocsin.runtime import jws, kafka
from tocsin.runtime.reachable import is_reachable
from tocsin_schemas.signing import SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import REPORTS

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]
LIVES, APART = 5, 1_000_000
SUPPORT = Path(__file__).parents[1] / "support"


def start(broker: str, folder: Path, first: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(SUPPORT / "outside/spooling.py"), broker, str(folder), str(first)]
    return subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(SUPPORT / "examples")}, stderr=subprocess.PIPE
    )


def promised(folder: Path) -> list[int]:
    file = folder / "promised"
    return [int(line) for line in file.read_text().splitlines()] if file.exists() else []


def let_live(child: subprocess.Popen[bytes], folder: Path, seconds: float) -> None:
    """Until it has promised something new and ``seconds`` more; then SIGKILL."""
    before, deadline = len(promised(folder)), time.monotonic() + 20
    while len(promised(folder)) == before and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(seconds)
    assert child.poll() is None, "it ended by itself"
    child.kill()
    assert child.stderr is not None
    told = child.stderr.read().decode()
    child.stderr.close()
    child.wait()
    assert "Traceback" not in told, told


def everything(bootstrap: str) -> list[Any]:
    with closing(KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)) as consumer:
        ends = {TopicPartition(*place): end for place, end in kafka.end_offsets(bootstrap, [REPORTS.name]).items()}
        consumer.assign(list(ends))
        consumer.seek_to_beginning()
        found: list[Any] = []
        while any(consumer.position(partition) < end for partition, end in ends.items()):
            found += [record for records in consumer.poll(200).values() for record in records]
        return found


def test_kills_and_outages_lose_no_promise_and_double_none(fresh_broker: Broker, tmp_path: Path) -> None:
    dice, broker = random.Random(7), fresh_broker
    try:
        for life in range(LIVES):
            child = start(broker.bootstrap, tmp_path, first=life * APART)
            if life == 1:  # the broker dies in the midst of publishing; the next life knows it only as away
                time.sleep(1.5)
                broker.kill()
            let_live(child, tmp_path, dice.uniform(0.0, 0.6))
            if life == 2:
                broker.start()
                broker.wait_ready()
        with Publisher(broker.bootstrap, NAME, KEY, spool=tmp_path / "spool") as last:
            assert last.flush(30) == 0
        records = everything(broker.bootstrap)
    finally:
        if not is_reachable(broker.bootstrap):
            broker.start()
            broker.wait_ready()
    assert {number // APART for number in promised(tmp_path)} == set(range(LIVES))
    check(promised(tmp_path), records)


def check(numbers: list[int], records: list[Any]) -> None:
    """A judge that does not know the spool: promises on one side, the topic's records on the other."""
    assert len(numbers) > 50
    by_key: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    by_sequence: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
    public = KEY.public_key
    for record in records:
        octets = (record.key, record.value, tuple(record.headers))
        (token,) = [value for name, value in record.headers if name == SIGNATURE_HEADER]
        jws.verify(token, signed_octets(record.headers, record.value), public)
        by_key[record.key.decode()].add(octets)
        by_sequence[jws.read_signature(token).sequence].add(octets)
    lost = [number for number in numbers if report_id(NAME, reference(number)) not in by_key]
    assert lost == []
    assert all(len(octets) == 1 for octets in by_key.values()), "a repeat is the same, octet for octet"
    assert all(len(octets) == 1 for octets in by_sequence.values()), "no number signs twice"
