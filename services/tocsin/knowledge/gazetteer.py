"""The gazetteer's columns, from ``gazetteer.bin``: made by ``python -m tocsin.devtools.tables.gazetteer``.

The data is derived from GeoNames (https://www.geonames.org), © GeoNames, Creative Commons Attribution 4.0. Whoever
passes it on names GeoNames; the file's first line does.
"""

import json
import sys
from array import array
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import NamedTuple

ATTRIBUTION = "Place names and positions: GeoNames (geonames.org), CC BY 4.0, selected, folded and rounded."
COLUMNS = (("hashes", "I"), ("places", "I"), ("area_of", "H"), ("latitudes", "h"), ("longitudes", "h"), ("sizes", "B"))
"""The arrays of the file in their order, little-endian; ``sizes`` holds the lengths of the names."""


class GazetteerColumns(NamedTuple):
    """The arguments of ``tocsin.domain.matching.gazetteer.Gazetteer``, in order; described there."""

    hashes: "array[int]"
    places: "array[int]"
    area_of: "array[int]"
    latitudes: "array[int]"
    longitudes: "array[int]"
    areas: tuple[str, ...]
    starts: "array[int]"
    names: bytes


@cache
def load_gazetteer() -> GazetteerColumns:
    """Read the file. Raises ValueError if it does not have the length that its first line states."""
    return gazetteer_of((resources.files(__package__) / "gazetteer.bin").read_bytes())


def gazetteer_of(content: bytes) -> GazetteerColumns:
    """The columns of a file: one line of JSON (source, licence, version, lengths, areas), the arrays, the names."""
    head, _, body = content.partition(b"\n")
    header = json.loads(head)
    arrays = {}
    for name, code in COLUMNS:
        size = header["lengths"][name] * array(code).itemsize
        arrays[name] = _array(code, body[:size])
        body = body[size:]
    if len(body) != header["lengths"]["names"] or [len(a) for a in arrays.values()] != [
        header["lengths"][name] for name, _ in COLUMNS
    ]:
        raise ValueError("the gazetteer is cut short")
    return GazetteerColumns(
        starts=array("I", accumulate(arrays.pop("sizes"), initial=0)),
        areas=tuple(header["areas"]),
        names=body,
        **arrays,
    )


def _array(code: str, content: bytes) -> "array[int]":
    found = array(code)
    found.frombytes(content[: len(content) // found.itemsize * found.itemsize])
    if sys.byteorder == "big":
        found.byteswap()
    return found
