"""Which of the usual mistakes a wrong value is: told by its kind and form, named by a word of the catalogue.

What was sent is looked at and forgotten. Every pattern takes linear time.
"""

import re
from collections.abc import Callable, Mapping

from tocsin_schemas import contract
from tocsin_schemas.dates import parse_edtf

_LONGEST = 200
"""Characters of a text that are worth looking at."""
_DAY_FIRST = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}(?:[ T].*)?")
_YEAR_FIRST = re.compile(r"[0-9]{4}[/.][0-9]{1,2}(?:[/.][0-9]{1,2})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COMPACT = re.compile(r"[0-9]{6}|[0-9]{8}")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_HYPHENS = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?[~?%]?")
_TRUTHS = frozenset({"true", "false", "yes", "no", "oui", "non", "vrai", "faux", "1", "0"})
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff]")
_TAGS = re.compile("[\U000e0000-\U000e007f]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


def hint(code: str, sent: object, of: str) -> str:
    """The name of the mistake; "" if it is none of those that the catalogue has a remedy for.

    code: of the refusal. sent: the value refused. of: the place in the contract (``contract.shape``).
    """
    if code in _DATES:
        return _date(sent) if isinstance(sent, str) else "number" if _is_number(sent) else _absent(sent)
    return _BY_CODE[code](sent, of) if code in _BY_CODE else _absent(sent)


def _absent(sent: object) -> str:
    return "null" if sent is None else ""


def _is_number(sent: object) -> bool:
    return isinstance(sent, int | float) and not isinstance(sent, bool)


def _word(sent: object, _: str) -> str:
    return "one-not-list" if isinstance(sent, list) else _absent(sent)


def _text(sent: object, of: str) -> str:
    if isinstance(sent, dict | list):
        return "one" if isinstance(sent, list) else "object"
    return "number" if _is_number(sent) and contract.form(of) == "date" else _absent(sent)


def _quoted(sent: object, _: str) -> str:
    return "quoted" if isinstance(sent, str) and _NUMBER.fullmatch(sent[:_LONGEST].strip()) else _absent(sent)


def _truth(sent: object, _: str) -> str:
    if isinstance(sent, str):
        return "quoted" if sent[:_LONGEST].strip().casefold() in _TRUTHS else ""
    return "zero-or-one" if sent in (0, 1) else _absent(sent)


def _list(sent: object, of: str) -> str:
    if sent is None:
        return "null"
    if not isinstance(sent, str):
        return "one"
    if contract.shape(of + "[]").get("type") == "object":
        return "text"
    return "joined" if any(mark in sent for mark in ",;") else "one"


def _object(sent: object, _: str) -> str:
    if isinstance(sent, str):
        return "json-in-a-text" if sent.lstrip()[:1] in ("{", "[") else "text"
    return "list" if isinstance(sent, list) else _absent(sent)


def _recipient(sent: object, _: str) -> str:
    return "one" if isinstance(sent, list) else _absent(sent)


def _pattern(sent: object, of: str) -> str:
    wanted = contract.form(of)
    finer = _FINER.get(wanted)
    return (finer(sent.strip()) if finer and isinstance(sent, str) else "") or wanted


def _country(sent: str) -> str:
    if sent.isascii() and sent.isalpha() and len(sent) in (2, 3):
        return "country-lower" if len(sent) == 3 else "country-alpha-2"
    return "country-name" if len(sent) > 3 else ""


def _language(sent: str) -> str:
    if re.fullmatch(r"[A-Za-z]{2,3}[-_].*", sent[:_LONGEST]):
        return "language-locale"
    return "language-case" if len(sent) in (2, 3) else "language-name" if len(sent) > 3 else ""


def _identifier(sent: str) -> str:
    return "identifier-space" if " " in sent else ""


def _date(sent: str) -> str:
    written = sent[:_LONGEST].strip()
    if any(c.isdigit() and not c.isascii() for c in written):
        return "digits"
    for pattern, name in _WRITTEN.items():
        if pattern.fullmatch(written):
            return name
    if "/" in written and all(map(_is_edtf, written.split("/"))):
        return "backwards"
    if _DAY.match(written) and written[10:11] in ("T", " "):
        return "time"
    return "words" if any(c.isalpha() for c in written) else ""


def _is_edtf(written: str) -> bool:
    try:
        return bool(parse_edtf(written))
    except ValueError:
        return False


def instant(sent: object, _: str = "") -> str:
    """The same for a point in time."""
    if not isinstance(sent, str):
        return "epoch" if _is_number(sent) else _absent(sent)
    written = sent[:_LONGEST].strip()
    if _DAY_FIRST.fullmatch(written):
        return "day-first"
    if _DAY.fullmatch(written):
        return "day-only"
    if not _DAY.match(written):
        return ""
    if written[10] == " ":
        return "space"
    return "no-offset" if written[10] == "T" and not re.search(r"[Zz]|[+-][0-9:]+\Z", written[11:]) else ""


def _character(sent: object, _: str) -> str:
    for pattern, name in _CHARACTERS.items():
        if isinstance(sent, str) and pattern.search(sent):
            return name
    return ""


_DATES = frozenset({"date-edtf", "date-invalid", "date-impossible"})
_WRITTEN: Mapping[re.Pattern[str], str] = {
    _DAY_FIRST: "day-first",
    _YEAR_FIRST: "slashes",
    _COMPACT: "compact",
    _HYPHENS: "calendar",
}
_CHARACTERS: Mapping[re.Pattern[str], str] = {
    _DIRECTION: "direction",
    _ZERO_WIDTH: "zero-width",
    re.compile("\u00ad"): "soft-hyphen",
    re.compile("[\u2028\u2029]"): "separator",
    _TAGS: "tag",
    _PRIVATE: "private",
}
_FINER: Mapping[str, Callable[[str], str]] = {"country": _country, "language": _language, "identifier": _identifier}
_BY_CODE: Mapping[str, Callable[[object, str], str]] = {
    "enum": _word,
    "string-type": _text,
    "int-type": _quoted,
    "float-type": _quoted,
    "bool-type": _truth,
    "list-type": _list,
    "object-type": _object,
    "recipient-invalid": _recipient,
    "string-pattern-mismatch": _pattern,
    "datetime-invalid": instant,
    "datetime-impossible": instant,
    "text-invisible-character": _character,
}
