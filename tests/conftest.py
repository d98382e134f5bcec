"""One Apache Kafka and one PostgreSQL for the session; empty topics, or a new database, for each test."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import postgres
from tocsin.devtools.broker import Broker
from tocsin.runtime import kafka
from tocsin_schemas.topics import TOPICS

os.environ["OPENPYXL_LXML"] = "False"  # as ``importing.reading.workbooks`` sets it, which tests may import later


def pytest_collection_finish() -> None:
    """A search for garbage walks through every module, table and test there is: those stay, and it comes less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What takes minutes runs only when it is asked for."""
    if item.get_closest_marker("slow") and "slow" not in item.config.getoption("markexpr"):
        pytest.skip("minutes: has a target of its own in the Makefile")


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Apache Kafka without topics. Mark the test ``kafka``."""
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.start()
    try:
        broker.wait_ready()
        yield broker
    finally:
        broker.stop()


@pytest.fixture
def fresh_broker(emptied: Callable[[], Broker]) -> Broker:
    """The same broker with Tocsin's topics, all empty."""
    return emptied()


@pytest.fixture(scope="session")
def emptied(broker: Broker) -> Callable[[], Broker]:
    """Gives it with Tocsin's topics, all empty, at each call: for fixtures that outlive a test."""

    def empty() -> Broker:
        with closing(kafka.admin(broker.bootstrap)) as admin:
            names = {topic.name for topic in TOPICS}
            if present := sorted(names & set(admin.list_topics())):
                admin.delete_topics(present)
            deadline = time.monotonic() + 10
            while names & set(admin.list_topics()) and time.monotonic() < deadline:
                time.sleep(0.05)
        kafka.create_topics(broker.bootstrap)
        return broker

    return empty


@pytest.fixture(scope="session")
def postgresql(postgresql_server: postgres.PostgreSQL) -> Callable[[], str]:
    """Makes the URL of a new, empty database at each call. Mark the test ``postgresql``."""
    return postgresql_server.database


@pytest.fixture(scope="session")
def migrated(postgresql_server: postgres.PostgreSQL) -> Callable[[], str]:
    """Makes the URL of a new database with our tables at each call. Mark the test ``postgresql``."""
    return postgresql_server.migrated


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgres.PostgreSQL]:
    """PostgreSQL, as Debian packages it."""
    programs = postgres.installed()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with TemporaryDirectory(prefix="tocsin-postgresql-") as folder:
        server = postgres.PostgreSQL(programs, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
