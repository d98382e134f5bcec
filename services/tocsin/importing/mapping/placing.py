"""Values find their places in the report that is being filled, and places find the column that filled them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Document = dict[str, Any]


def put(document: Document, pointer: str, values: Sequence[Any], beside: Sequence[Mapping[str, str]] = ()) -> list[str]:
    """Put the values where ``pointer`` says; returns the pointer of each.

    ``-`` appends an element for each value, with what stands ``beside`` it (for each of these, one); ``*`` is every
    element that is there; a number is that element, made if it is missing.
    """
    parts = pointer.split("/")[1:]
    if "-" not in parts:
        return [found for value in values for found in _set(document, parts, value, {}, "")]
    return [
        found for value in values for others in (beside or ({},)) for found in _set(document, parts, value, others, "")
    ]


def _set(at: Any, parts: Sequence[str], value: Any, beside: Mapping[str, str], path: str) -> list[str]:
    head, rest = parts[0], parts[1:]
    if isinstance(at, list):
        return _set_in_list(at, head, rest, value, beside, path)
    if not rest:
        at[head] = value
        return [f"{path}/{head}"]
    below = at.setdefault(head, [] if rest[0] in "-*0123456789" else {})
    return _set(below, rest, value, beside, f"{path}/{head}")


def _set_in_list(
    at: list[Any], head: str, rest: Sequence[str], value: Any, beside: Mapping[str, str], path: str
) -> list[str]:
    if head == "*":
        return [p for number, each in enumerate(at) for p in _set(each, rest, value, beside, f"{path}/{number}")]
    number = len(at) if head == "-" else int(head)
    if number == len(at):
        at.append({} if "-" in rest else dict(beside))
    return _set(at[number], rest, value, beside, f"{path}/{number}")


def column_of(path: str, columns: Mapping[str, str]) -> str:
    """The column that filled the place, or the nearest one: above it, below it, or beside it; "" if there is none.

    columns: pointer, and the header of the column behind it.
    """
    above = path
    while above:
        if above in columns:
            return columns[above]
        above = above.rpartition("/")[0]
    return _first_under(f"{path}/", columns) or (_first_under(path.rpartition("/")[0] + "/", columns) if path else "")


def _first_under(start: str, columns: Mapping[str, str]) -> str:
    if start.count("/") < 2:
        return ""
    return next((header for pointer, header in columns.items() if pointer.startswith(start)), "")


def non_empty(parts: Iterable[str]) -> list[str]:
    return [part.strip() for part in parts if part.strip()]
