"""A database of an earlier version is brought up without losing a judgement or a case."""

from pathlib import Path

from alembic import command
from sqlalchemy import inspect, text

from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.migrate import configuration, upgrade
from tocsin.store.tables import metadata

_CASE = "INSERT INTO cases VALUES ('c1', 'HRD-0000-001', 'r1', 1, 'open', '[]', '[]', 't', 't', NULL)"
_REPORT = "INSERT INTO reports VALUES ('r{0}', 'UN-A', 1, 'd', '{{}}', 'c1', '2026-11-24T09:00:00.000000+00:00', NULL)"
_KEY = "INSERT INTO blocking_keys VALUES ('k', 'r1', 'person')"
_ACKNOWLEDGED = "alert_id, priority, recipient_id, acknowledged_at, revoked_at"
_JUDGEMENT = (
    "INSERT INTO judgements (left_report_id, right_report_id, judgement, score, explanation, model_version, author, "
    "created_at) VALUES ('r1', 'r2', '{0}', 0.9, '[]', 'exact-1', 'matcher', '2026-11-24T09:00:00.000000+00:00')"
)


def test_the_first_schema_becomes_the_second_with_its_judgements(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tocsin.db'}"
    upgrade(url, "0001")
    engine = open_database(url)
    judged = ("positive", "unsure", "negative")
    with unit_of_work(engine) as connection:
        for statement in (_CASE, _REPORT.format(1), _REPORT.format(2), _KEY, *map(_JUDGEMENT.format, judged)):
            connection.execute(text(statement))
    upgrade(url)
    with reading(engine) as connection:
        rows = connection.execute(text("SELECT verdict, vetoed, score FROM judgements ORDER BY id")).all()
        assert connection.execute(text("SELECT count(*) FROM reports")).scalar() == 2
        assert connection.execute(text("SELECT count(*) FROM blocking_keys")).scalar() == 0
    assert [tuple(row) for row in rows] == [
        ("duplicate", 0, 10.0),
        ("possible_duplicate", 0, 0.0),
        ("same_person_new_case", 0, -10.0),
    ]
    engine.dispose()


def test_who_has_taken_an_alert_in_hand_is_kept_forwards_and_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tocsin.db'}"
    upgrade(url, "0005")
    engine, kept = open_database(url), [("a1", "P2", "r1", "t"), ("a2", "P1", None, "t")]
    with unit_of_work(engine) as connection:
        for row in kept:
            connection.execute(
                text("INSERT INTO acknowledgements VALUES (:a, :p, :r, :t)"), dict(zip("aprt", row, strict=True))
            )
    upgrade(url)
    with unit_of_work(engine) as connection:
        rows = connection.execute(text(f"SELECT {_ACKNOWLEDGED} FROM acknowledgements"))
        assert [tuple(row) for row in rows] == [(*row, None) for row in kept]
        for recipient, revoked in (("r2", None), ("r3", "t")):  # a second one, and one that was taken back
            added = text(f"INSERT INTO acknowledgements ({_ACKNOWLEDGED}) VALUES ('a1', 'P2', :r, 't', :v)")
            connection.execute(added, {"r": recipient, "v": revoked})
    configured = configuration(url)
    command.downgrade(configured, "0005")
    configured.attributes["engine"].dispose()
    with reading(engine) as connection:
        assert [tuple(row) for row in connection.execute(text("SELECT * FROM acknowledgements"))] == kept
    engine.dispose()


def test_the_migrations_make_the_tables_that_the_code_describes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tocsin.db'}"
    upgrade(url)
    engine = open_database(url)
    found = inspect(engine)
    for table in metadata.tables.values():
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: bool(column.nullable) for column in table.columns}, table.name
        indexes = {index["name"] for index in found.get_indexes(table.name)}
        assert {str(index.name) for index in table.indexes} <= indexes, table.name
    engine.dispose()
