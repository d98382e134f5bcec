"""The script that makes the weights: what it learns from, what it may not touch, and that its table is the one shipped."""

import csv
import gzip
import io
import json
import random
import tomllib
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

import pytest

from tocsin import knowledge
from tocsin.devtools.tables import invented_names, weights, weights_table
from tocsin.devtools.tables.invented_names import NamePair, invented_pairs
from tocsin.devtools.tables.weights_table import PRIORS, WEAKEST, Weights, written
from tocsin.domain.matching.building import build_matcher
from tocsin.domain.names.scripts import Script, script_of
from tocsin.knowledge.weights import load_weights
from tocsin.resolver.matching import load_matcher

GIVEN = {"russian": ["Дорван", "Мелкиз", "Тарвин", "Зорбен"], "arabic": ["زهروان", "مروبن", "طارزق", "بلفد"]}
FATHERS = ["Дорванович", "Мелкизовна"]
FAMILIES = {"russian": ["Завгородов", "Тарковенко", "Мелкизян"], "arabic": ["الزهرواني", "الطارزقي", "البلفدي"]}
LATIN = {
    "Дорван": "dorvan", "Мелкиз": "melkiz", "Тарвин": "tarvin", "Зорбен": "zorben", "Дорванович": "dorvanovich",
    "Мелкизовна": "melkizovna", "Завгородов": "zavgorodov", "Тарковенко": "tarkovenko", "Мелкизян": "melkizyan",
    "زهروان": "zahrvan", "مروبن": "marouben", "طارزق": "tarzaq", "بلفد": "belfad", "الزهرواني": "alzahrvani",
    "الطارزقي": "altarzaqi", "البلفدي": "albelfadi",
}  # fmt: skip


def gzipped(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path.write_bytes(gzip.compress(text.getvalue().encode()))


def transliterations(folder: Path) -> Path:
    path = folder / "translit_train.csv.gz"
    rows = []
    for native, latin in LATIN.items():
        language = "russian" if script_of(native) is Script.CYRILLIC else "arabic"
        rows += [
            (language, native, latin, 50),
            (language, native, latin.replace("z", "s"), 20),
            (language, native, "xx", 1),
        ]
    gzipped(path, ("language", "native", "latin", "count"), rows)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Labelled pairs of invented people: the same name is the same person, with a year of birth and a place each."""
    dice = random.Random(4)
    names = [
        f"{a}{b} {c}{d}"
        for a in ("Dor", "Mel", "Tar")
        for b in ("van", "kiz")
        for c in ("Bel", "Zor")
        for d in ("vedi", "ben")
    ]
    pairs = [(f"{n}", a, a if same else dice.choice([b for b in names if b != a]), int(same), "latin-eu", "", "")
             for n, a in enumerate(names) for same in (True, False)]  # fmt: skip
    header = ("id", "name_a", "name_b", "label", "slice", "birth_year_a", "birth_year_b")
    gzipped(tmp_path / "alias_pairs.dev.csv.gz", header, pairs)
    lines = []
    for number, (_, ours, theirs, same, *_rest) in enumerate(pairs):
        kind = ("same" if number % 4 else "new_event") if same else "lookalike"
        dates = ("2024-03-09", "2024-03-09" if kind == "same" else "2019-01-02")
        sides = [
            {"names": [name], "country": "TGO", "date": date, "birth_year": 1980}
            for name, date in zip((ours, theirs), dates, strict=True)
        ]
        lines.append(json.dumps({"id": str(number), "label": kind, "a": sides[0], "b": sides[1]}))
    (tmp_path / "case_pairs.dev.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    transliterations(tmp_path)
    return tmp_path


def learned(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(invented_names, "PERSONS", 40)
    monkeypatch.setattr("sys.argv", ["weights", str(folder)])
    weights.main()
    return capsys.readouterr().out


# --- invented names ------------------------------------------------------------------------------------------------


@pytest.fixture
def pairs(tmp_path: Path) -> list[NamePair]:
    return invented_pairs(transliterations(tmp_path), persons=60)


def test_the_same_file_and_seed_give_the_same_pairs(tmp_path: Path, pairs: list[NamePair]) -> None:
    path = transliterations(tmp_path)
    assert invented_pairs(path, persons=60) == pairs
    assert invented_pairs(path, seed=6, persons=60) != pairs


def test_each_person_meets_another_spelling_and_the_nearest_strangers(pairs: list[NamePair]) -> None:
    same = [pair for pair in pairs if pair.same]
    assert len(same) == 60 + 20, "each person, and a sibling for every third"
    assert len(same) < len(pairs) <= 4 * len(same)
    scripts = {script_of(pair.ours.split()[0]) for pair in pairs}
    assert scripts == {Script.CYRILLIC, Script.ARABIC, Script.LATIN}
    assert {script_of(word) for pair in pairs for word in pair.theirs.split()} == {Script.LATIN}


def test_pairs_of_one_person_are_made_of_one_person_s_words(pairs: list[NamePair]) -> None:
    spelt = {native: {latin, latin.replace("z", "s")} for native, latin in LATIN.items()}
    for pair in pairs:
        words = [word for word in pair.ours.split() if word in spelt]
        if pair.same and words:
            theirs = {word.lower() for word in pair.theirs.split()}
            explained = [word for word in words if spelt[word] & theirs]
            assert len(explained) >= 2, "the given and the family name are never left out"


def test_spellings_that_hardly_anybody_bears_are_left_out(pairs: list[NamePair]) -> None:
    assert not any("xx" in f"{pair.ours} {pair.theirs}".lower() for pair in pairs)


# --- weights -------------------------------------------------------------------------------------------------------


def test_the_table_that_it_writes_makes_a_matcher(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tomllib.loads(learned(folder, monkeypatch, capsys))
    known = load_matcher()
    made = build_matcher(known.names.lexicon, known.gazetteer, table)
    assert made.thresholds == known.thresholds
    assert made.version == known.version
    same, other = (made.compare_names(["Dorvan Belvedi"], [name]).bits for name in ("Dorvan Belvedi", "Melkiz Zorben"))
    assert same > other


def test_no_weight_that_is_learned_has_a_sign_that_is_forbidden(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for table in (tomllib.loads(learned(folder, monkeypatch, capsys))["names"], load_weights()["names"]):
        for key, sign in weights.name_signs().items():
            assert table.get(key, 0.0) * sign >= 0, key


def test_what_may_not_be_learned_from_is_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without = learned(folder, monkeypatch, capsys)
    (folder / "nc").mkdir()
    for name in ("alias_pairs.dev.csv.gz", "case_pairs.dev.jsonl.gz"):
        (folder / "nc" / name).write_bytes(b"not even a gzip file")
    assert learned(folder, monkeypatch, capsys) == without


def test_priors_take_the_place_of_what_was_learned_and_say_so() -> None:
    learned_from_few = {"bias": 1.0, "birth-differs": -0.5, "gender-differs": -4.0}
    text = written(Weights("v", {"bias": 0.0}, learned_from_few, {"bias": 0.0, "words": 9.0}, {"join": 0.8}))
    table = tomllib.loads(text)
    assert table["person"]["birth-differs"] == WEAKEST["person"]["birth-differs"].bits
    assert table["person"]["gender-differs"] == -4.0, "what was learned is stronger"
    assert table["event"]["words"] == PRIORS["event"]["words"].bits
    [line] = [line for line in text.splitlines() if line.startswith('"words"')]
    assert "prior, not learned" in line


def test_the_table_that_is_shipped_is_one_that_the_script_writes() -> None:
    text = (resources.files(knowledge) / "matching.toml").read_text(encoding="utf-8")
    shipped = load_weights()
    rebuilt = written(
        Weights(shipped["version"], shipped["names"], shipped["person"], shipped["event"], shipped["thresholds"])
    )
    assert tomllib.loads(rebuilt) == shipped, "no prior was changed in the table alone"
    assert text.startswith(rebuilt.split("version =")[0]), "with its sources"
    assert shipped["names"].keys() <= {"bias", *weights.name_keys()}


def test_every_threshold_is_explained_in_the_table() -> None:
    text = written(Weights("v", {}, {}, {}, load_weights()["thresholds"]))
    section = text.split("[thresholds]")[1]
    lines = [line for line in section.splitlines() if line.startswith('"')]
    assert len(lines) == len(load_weights()["thresholds"])
    assert [line for line in lines if "  # " not in line] == []
    assert max(map(len, text.splitlines())) <= 130
    assert weights_table.PRIORS.keys() == weights_table.WEAKEST.keys()
