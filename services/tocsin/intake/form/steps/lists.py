"""Closed lists that several pages offer."""

from collections.abc import Iterable
from functools import cache

from tocsin.intake.form.questions import Kind, Question
from tocsin.knowledge import load
from tocsin.knowledge.countries import country_codes
from tocsin_schemas.vocabulary import AuthorityKind

COUNTRIES = tuple(sorted(country_codes()))
SCRIPTS = (
    "Latn", "Arab", "Cyrl", "Hans", "Hant", "Deva", "Beng", "Hebr", "Thai", "Mymr", "Khmr", "Laoo", "Ethi", "Geor",
    "Armn", "Grek", "Kore", "Jpan", "Sinh", "Taml", "Tibt", "Guru", "Telu", "Mlym",
)  # fmt: skip
LANGUAGES = (
    "am", "ar", "az", "be", "bg", "bn", "bo", "bs", "ca", "cs", "da", "de", "dv", "el", "en", "es", "et", "fa", "fi",
    "fr", "ha", "he", "hi", "hr", "ht", "hu", "hy", "id", "ig", "is", "it", "ja", "ka", "kk", "km", "ko", "ku", "ky",
    "lo", "lt", "lv", "mg", "mk", "mn", "ms", "my", "ne", "nl", "no", "om", "pa", "pl", "ps", "pt", "qu", "rn", "ro",
    "ru", "rw", "sg", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tr", "ug",
    "uk", "ur", "uz", "vi", "wo", "yo", "zh", "zu",
)  # fmt: skip
AUTHORITIES = tuple(AuthorityKind)
FAMILIES = ("UN", "ACHPR", "IACHR", "COE", "OSCE", "EU", "OIF")
"""Mechanisms with which a person may have cooperated (``reprisal.mechanism``)."""


@cache
def mechanisms() -> tuple[str, ...]:
    return tuple(load.load().mechanisms)


def country(at: str, required: bool = False) -> Question:
    return Question(at, Kind.PICK, COUNTRIES, "country", required)


def pick(at: str, codes: Iterable[str], words: str) -> Question:
    return Question(at, Kind.PICK, tuple(codes), words)


def one(at: str, codes: Iterable[str], words: str, required: bool = False) -> Question:
    return Question(at, Kind.ONE, tuple(codes), words, required)


def several(at: str, codes: Iterable[str], words: str, required: bool = False) -> Question:
    return Question(at, Kind.SEVERAL, tuple(codes), words, required)


def prose(at: str, rows: int = 4) -> Question:
    return Question(at, Kind.PROSE, rows=rows)


def ticks(*places: str) -> tuple[Question, ...]:
    return tuple(Question(at, Kind.TICK) for at in places)


def date(at: str, required: bool = False) -> Question:
    return Question(at, Kind.DATE, required=required)
