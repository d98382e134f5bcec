"""Invented words that stand for what nobody may read: put into reports, and looked for everywhere else."""

import base64
import json
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from anyascii import anyascii

from tocsin.devtools.corpus.letters import WRITTEN_AT, Letter, write

_SYLLABLES = ("ba", "do", "fe", "gi", "ku", "lo", "mi", "na", "pe", "ru")
_CYRILLIC = str.maketrans("abdefgiklmnopruvxz", "абдефгиклмнопрувхз")
_ARABIC = str.maketrans("abdefgiklmnopruvxz", "ابدىفجيكلمنوپروڤخز")
CASES = 30
_GIVEN = [
    "Tolu",
    "Mirela",
    "Osgar",
    "Finte",
    "Bruna",
    "Kadri",
    "Ystel",
    "Ponto",
    "Wenda",
    "Girsa",
    "Ludek",
    "Amparo",
    "Sindre",
    "Hovik",
    "Jelka",
    "Rostam",
    "Cerys",
    "Dumi",
    "Ebele",
    "Nuno",
    "Farrah",
    "Iker",
    "Zdenka",
    "Olwen",
    "Tashi",
    "Gudrun",
    "Pilar",
    "Vaino",
    "Mbali",
    "Xochil",
]
"""Told apart by them: the canaries themselves are too much alike for thirty people."""
_PARTS = ("name", "alias", "source", "contact", "organisation", "narrative")


def word(number: int) -> str:
    """The canary of this number; some are not in Latin script."""
    stem = "".join(_SYLLABLES[int(digit)] for digit in f"{number:03d}")
    plain = f"vux{stem}zov"
    return (plain, f"vüx{stem}zöv", plain.translate(_CYRILLIC), plain.translate(_ARABIC))[number % 4].capitalize()


CANARIES = [word(number) for number in range(200)]


def letters() -> Iterator[Letter]:
    """Reports that are accepted, repeated, corrected, withdrawn and refused; together they hold every canary."""
    for case in range(CASES):
        first = write(_report(case), "canary")
        yield first
        if case % 3 == 0:
            yield first.again()
        if case % 4 == 0:
            yield write(_report(case) | {"publisher": "NGO-OBS"}, "another publisher, same person")
        if case % 5 == 0:
            corrected = _report(case) | {"revision": 2, "actions_requested": ["urgent_appeal"]}
            yield write(corrected, "corrected", event_type="report.corrected")
        if case % 10 == 1:
            yield _withdrawal(case)
    yield from _refused()


def _report(case: int) -> dict[str, Any]:
    canary = dict(zip(_PARTS, CANARIES[case * len(_PARTS) :], strict=False))
    return {
        "publisher": "UN-SRHRD",
        "publisher_reference": f"canary-{case}",
        "language": "en",
        "received_at": WRITTEN_AT.isoformat(),
        "alleged_victims": [
            {
                "names": [{"value": f"{_GIVEN[case]} {canary['name']}"}, {"value": canary["alias"], "kind": "alias"}],
                "gender": "woman",
                "organisations": [{"name": f"Union of {canary['organisation']}"}],
                "defender": {"topics": ["rule_of_law"]},
                "contact": f"the sister of {canary['name']}",
            }
        ],
        "violation": {
            "types": ["arrest", "arbitrary_detention"],
            "date": f"2026-10-{case % 28 + 1:02d}",
            "country": ("TUN", "COL", "KAZ", "GEO", "SEN")[case % 5],
            "witnesses": f"{canary['source']} saw it",
        },
        "source": {"relation": "witness", "name": canary["source"], "contact": f"{canary['contact']}@canary.example"},
        "consent": [
            {"recipient": audience, "purpose": "alert", "status": "granted", "given_by": canary["name"]}
            for audience in ("all_mechanisms", "ngos")
        ],
        "narratives": [{"language": "en", "text": f"{canary['name']} was taken from {canary['narrative']} at dawn."}],
    }


def _withdrawal(case: int) -> Letter:
    content = {
        "publisher": "UN-SRHRD",
        "publisher_reference": f"canary-{case}",
        "revision": 2,
        "reason": "consent_withdrawn",
        "withdrawn_at": WRITTEN_AT.isoformat(),
    }
    return write(content, "withdrawn", event_type="report.withdrawn")


def _refused() -> Iterator[Letter]:
    """Twenty canaries where a careless error would repeat them: as a field, a code, a date, a header, cut short."""
    left = CANARIES[CASES * len(_PARTS) :]
    spoilt: list[dict[str, Any]] = [
        {left[0]: left[1]},
        {"language": left[2]},
        {"received_at": left[3]},
        {"violation": {"types": [left[4]], "date": left[5], "country": left[6]}},
        {"alleged_victims": [{"names": [{"value": f"{left[7]}\u202e"}]}]},
        {"alleged_victims": left[8]},
        {"source": {"relation": left[9], left[10]: 1}},
        {"revision": left[11]},
        {"handling": {"confidential_fields": [left[12]]}},
        {"consent": [{"recipient": left[13], "purpose": left[14], "status": "granted"}]},
    ]
    for number, changes in enumerate(spoilt):
        yield write(_report(0) | {"publisher_reference": f"refused-{number}"} | changes, "refused")
    cut = write(_report(0) | {"narratives": [{"language": "en", "text": " ".join(left[15:18])}]}, "cut short")
    yield replace(cut, body=cut.body[:-3])
    conflict = _report(2) | {"narratives": [{"language": "en", "text": f"{left[18]} and {left[19]}"}]}
    yield write(conflict, "another report under the same number")


def found(haystack: bytes, canaries: Iterable[str] = CANARIES) -> list[str]:
    """The canaries in it: as written, in another case, decomposed, transliterated, or escaped for JSON, URL or MIME."""
    exact, wanted = haystack.decode(errors="replace"), tuple(canaries)
    there = _occurring(exact.casefold(), _by_beginning(_folded, wanted))
    there |= _occurring(exact, _by_beginning(_base64, wanted))
    return [canary for canary in wanted if canary in there]


@cache
def _by_beginning(forms_of: Callable[[str], set[str]], canaries: tuple[str, ...]) -> dict[str, list[tuple[str, str]]]:
    """(form, canary) of each form, by its first letters: there are few, and a text is searched for these alone."""
    forms: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for canary in canaries:
        for form in forms_of(canary):
            forms[form[:3]].append((form, canary))
    return dict(forms)


def _occurring(text: str, forms: dict[str, list[tuple[str, str]]]) -> set[str]:
    there = set()
    for beginning, whole in forms.items():
        at = text.find(beginning)
        while at >= 0:
            there |= {canary for form, canary in whole if text.startswith(form, at)}
            at = text.find(beginning, at + 1)
    return there


def _folded(canary: str) -> set[str]:
    """Every way to write it in letters, of any case."""
    written = {canary, unicodedata.normalize("NFD", canary), anyascii(canary), canary.casefold(), canary.upper()}
    escaped = {escape(form) for form in written for escape in (json.dumps, quote, ascii)}
    return {form.strip("\"'").casefold() for form in written | escaped}


def _base64(canary: str) -> set[str]:
    """At each of the three alignments, without the digits that its neighbours share."""
    content = canary.encode()
    return {
        base64.b64encode(b"\0" * shift + content).decode()[(shift * 8 + 5) // 6 : (shift + len(content)) * 8 // 6]
        for shift in range(3)
    }


def plant(file: Path, canary: str) -> bytes:
    """What the file would hold if a careless line had been written to it; the file stays as it is."""
    return file.read_bytes() + json.dumps({"message": f"no such person: {canary}"}).encode()
