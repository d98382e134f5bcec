"""A database is ready when it can be read and holds our tables."""

from pathlib import Path

from databases import a_database
from tocsin.store.database import answers, open_database


def test_only_a_database_with_our_tables_answers(tmp_path: Path) -> None:
    assert answers(a_database(tmp_path))
    assert not answers(open_database(f"sqlite:///{tmp_path / 'empty.db'}"))
    assert not answers(open_database(f"sqlite:///{tmp_path / 'nowhere' / 'tocsin.db'}"))
