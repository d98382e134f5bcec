"""The words of mails, by language: ``catalogues/<language>/*.po``."""

from pathlib import Path

from tocsin.runtime.catalogues import Words, catalogue

FOLDER = Path(__file__).parent / "catalogues"


def words(language: str) -> Words:
    """Of ``language``, or of English where it is not there."""
    return catalogue(FOLDER, language)
