"""Numbered letters for load and kill tests: endless, repeatable, and with a manifest of what must come of each."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tocsin.devtools.corpus.letters import Letter, Outcome, write

_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"
_SYLLABLES = [c + v for c in _CONSONANTS for v in _VOWELS]
_SCATTER = 14_960_117
"""Shares no factor with the number of words, so that each number gives another word."""
_COUNTRIES = ("TUN", "COL", "KAZ", "GEO", "KHM", "UGA", "MEX", "SEN", "BHR", "HUN", "COD", "PHL")
_PUBLISHERS = ("UN-SRHRD", "UN-WGAD", "ACHPR-SRHRD", "IACHR-RHRD", "COE-CHR", "OSCE-ODIHR", "NGO-OBS", "NGO-FLD")
_VIOLATIONS = ("arrest", "death_threat", "judicial_harassment", "torture", "funding_restriction", "land_grabbing")
_LANGUAGES = ("en", "fr", "es", "ar", "ru", "pt")


@dataclass(frozen=True, slots=True)
class Numbered:
    """serial: stands in ``publisher_reference``. case: number of the case that the report belongs to."""

    serial: int
    case: int
    letter: Letter

    @property
    def poison(self) -> bool:
        return self.letter.expected is Outcome.DEAD_LETTER


def numbered(n: int, seed: int, poison: float = 0.03, repeats: float = 0.05, per_case: int = 4) -> Iterator[Numbered]:
    """``n`` letters with the serials 0 … n-1, and after some of them a repeat of an earlier one.

    poison, repeats: share of letters that must become dead letters, and of repeats. per_case: reports on each case.
    The same arguments give the same letters, and distinct cases have distinct people.
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    earlier: list[Numbered] = []
    for serial in range(n):
        case = serial // per_case
        sound = _letter(serial, case, seed)
        spoilt = dice.random() < poison
        item = Numbered(serial, case, _spoil(sound, dice) if spoilt else sound)
        yield item
        if not spoilt:
            earlier.append(item)
        if earlier and dice.random() < repeats:
            chosen = dice.choice(earlier[-200:])
            yield replace(chosen, letter=chosen.letter.again())


def person(case: int, seed: int) -> str:
    """A full name that belongs to this case alone, and resembles those of other cases no more than names do.

    The number of the case, scattered over all words of four syllables: no two of them share one.
    """
    scattered = (case * _SCATTER + seed * 7919) % len(_SYLLABLES) ** 4
    given = _syllables(case * 48_271 + seed, 2) + _CONSONANTS[(case * 5 + seed) % len(_CONSONANTS)]
    return f"{given} {_syllables(scattered, 4)}"


def _syllables(number: int, length: int) -> str:
    parts = []
    for _ in range(length):
        number, rest = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[rest])
    return "".join(parts).capitalize()


def _letter(serial: int, case: int, seed: int) -> Letter:
    publisher = _PUBLISHERS[serial % len(_PUBLISHERS)]
    violation = _VIOLATIONS[case % len(_VIOLATIONS)]
    language = _LANGUAGES[serial % len(_LANGUAGES)]
    content = {
        "publisher": publisher,
        "publisher_reference": f"serial-{serial:08d}",
        "language": language,
        "received_at": "2026-10-01T00:00:00+00:00",
        "alleged_victims": [
            {"names": [{"value": person(case, seed)}], "gender": "woman", "defender": {"topics": ["rule_of_law"]}}
        ],
        "violation": {
            "types": [violation],
            "date": f"2026-{case % 9 + 1:02d}-{case % 28 + 1:02d}",
            "ongoing": case % 2 == 0,
            "country": _COUNTRIES[case % len(_COUNTRIES)],
        },
        "source": {"relation": "witness", "contact": f"witness-{serial}@load.example"},
        "consent": [
            {"recipient": audience, "purpose": "alert", "status": "granted", "informed": True}
            for audience in ("all_mechanisms", "ngos")
        ],
        "verification": {"certainty": "likely", "independent_sources": 1},
        "narratives": [{"language": language, "text": f"Report {serial} on case {case}."}],
    }
    return write(content, f"serial {serial}")


def _spoil(letter: Letter, dice: random.Random) -> Letter:
    spoilt, code = dice.choice(
        [
            (letter.body[:-9], "json-malformed"),
            (b"", "body-empty"),
            (letter.body.replace(b"serial", b"s\xffrial"), "body-not-utf8"),
            (letter.body.replace(b'"language":', b'"tongue":', 1), "missing"),
        ]
    )
    return replace(letter, body=spoilt).refused(code)
