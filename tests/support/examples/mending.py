"""A reader of messages who knows JSON, Kafka and public code lists, and nothing of Tocsin but what the message says."""

import ast
import base64
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pycountry

from mistakes import Sent

OWN_NAME = "ACHPR-SRHRD"


@dataclass(frozen=True)
class Message:
    """All that the reader has: as a dead letter or the intake says it, in English."""

    code: str
    path: str
    remedy: str
    allowed: tuple[str, ...]
    near: tuple[str, ...]
    example: str


def mend(sent: Sent, message: Message) -> Sent | None:
    """The event with what the message asks for done at its place; None if the message does not say enough."""
    for words, mending in _WHOLE.items():
        if re.search(words, message.remedy):
            return mending(sent, message)
    if message.path.startswith("/ce_"):
        return _offset(sent, message) if "add the offset at the end: Z" in message.remedy else None
    content = json.loads(sent.body)
    for words, change in _PLACES.items():
        if re.search(words, message.remedy):
            return Sent(sent.headers, json.dumps(change(content, message), ensure_ascii=False).encode(), sent.topic)
    return None


def _replace(content: Any, path: str, change: Callable[[Any], Any]) -> Any:
    """With ``change`` of what stands at ``path``; ``...`` takes it away."""
    if not path:
        return change(content)
    head, _, rest = path[1:].partition("/")
    if isinstance(content, list):
        return [_replace(x, f"/{rest}" if rest else "", change) if n == int(head) else x for n, x in enumerate(content)]
    found = _replace(content.get(head), f"/{rest}" if rest else "", change)
    others = {k: v for k, v in content.items() if k != head}
    return others if found is ... else content | {head: found}


def _at(change: Callable[[Any, Message], Any]) -> Callable[[Any, Message], Any]:
    return lambda content, message: _replace(content, message.path, lambda value: change(value, message))


def _example(_: Any, message: Message) -> Any:
    return json.loads(message.example)


def _first_near(value: Any, message: Message) -> Any:
    return message.near[0] if message.near else value


def _unwanted(owner: dict[str, Any], message: Message) -> dict[str, Any]:
    """Rename the field that is not listed to the near one, or take it away."""
    kept = {k: v for k, v in owner.items() if k in message.allowed}
    unknown = [v for k, v in owner.items() if k not in message.allowed]
    return kept | ({message.near[0]: unknown[0]} if message.near and unknown else {})


def _moved(content: Any, message: Message) -> Any:
    stray: list[Any] = []

    def take(owner: dict[str, Any]) -> dict[str, Any]:
        stray.extend(v for k, v in owner.items() if k not in message.allowed)
        return {k: v for k, v in owner.items() if k in message.allowed}

    taken = _replace(content, message.path, take)
    target, _, name = message.near[0].rpartition("/")
    return _replace(taken, target, lambda owner: (owner or {}) | {name: stray[0]})


def _into_example(value: str, message: Message) -> Any:
    """The text in the place that the example leaves open."""
    return json.loads(message.example.replace('"…"', json.dumps(value)))


def _without(value: str, message: Message) -> str:
    """Without the characters that the message lists: U+200B, or U+2066 to U+2069."""
    listed = message.remedy.partition(";")[0]
    ranges = re.findall(r"U\+([0-9A-F]{4,6})(?: to U\+([0-9A-F]{4,6}))?", listed)
    below = [int(limit, 16) for limit in re.findall(r"below U\+([0-9A-F]{4})", listed)]
    spans = [(int(a, 16), int(b or a, 16)) for a, b in ranges] + [(0, limit - 1) for limit in below]
    return "".join(c for c in value if not any(a <= ord(c) <= b for a, b in spans) or c in "\n\t")


def _day_first(value: str, _: Message) -> str:
    day, month, year = re.split(r"[/.-]", value)
    return f"{year}-{int(month):02}-{int(day):02}"


def _decisions(content: Any, message: Message) -> Any:
    """One decision for each recipient that stands in the list."""
    place = message.path.removesuffix("/recipient")
    owner, _, index = place.rpartition("/")

    def each(decisions: list[Any]) -> list[Any]:
        split = [decisions[int(index)] | {"recipient": r} for r in decisions[int(index)]["recipient"]]
        return decisions[: int(index)] + split + decisions[int(index) + 1 :]

    return _replace(content, owner, each)


def _limit(value: str, message: Message) -> str:
    return value[: int(re.search(r"at most (\d+)", message.remedy)[1])]  # type: ignore[index]


def _truth(value: Any, _: Message) -> bool:
    return str(value).casefold() in ("true", "yes", "1")


def _cleaned(body: bytes, pattern: str, by: str) -> bytes:
    return re.sub(pattern, by, body.decode()).encode()


def _body(change: Callable[[bytes], bytes]) -> Callable[[Sent, Message], Sent]:
    return lambda sent, _: Sent(sent.headers, change(sent.body), sent.topic)


def _of_python(body: bytes) -> bytes:
    text = re.sub(r"\btrue\b", "True", re.sub(r"\bfalse\b", "False", body.decode()))
    return json.dumps(ast.literal_eval(text), ensure_ascii=False).encode()


def _first_document(body: bytes) -> bytes:
    value, _ = json.JSONDecoder().raw_decode(body.decode())
    return json.dumps(value, ensure_ascii=False).encode()


def _without_unknown_numbers(body: bytes) -> bytes:
    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {k: v for k, v in pairs if not (isinstance(v, float) and v != v)}

    return json.dumps(json.loads(body, object_pairs_hook=keep), ensure_ascii=False).encode()


def _text_of_data(body: bytes) -> bytes:
    whole = json.loads(body)
    if isinstance(whole, str):
        return whole.encode()
    return json.dumps(whole | {"data": json.loads(whole["data"])}, ensure_ascii=False).encode()


def _data_of_base64(body: bytes) -> bytes:
    whole = json.loads(body)
    whole["data"] = json.loads(base64.b64decode(whole.pop("data_base64")))
    return json.dumps(whole, ensure_ascii=False).encode()


def _add_header(sent: Sent, message: Message) -> Sent:
    name = message.path.removeprefix("/")
    given = [(n, v) for n, v in sent.headers if n.lower().replace("-", "_") != name]
    value = next((v for n, v in sent.headers if n.lower().replace("-", "_") == name), message.example.encode())
    return Sent((*given, (name, value)), sent.body, sent.topic)


def _set_header(name: str, value: str) -> Callable[[Sent, Message], Sent]:
    def change(sent: Sent, message: Message) -> Sent:
        others = [(n, v) for n, v in sent.headers if n != name]
        told = value.format(near=message.near[0] if message.near else "")
        return Sent((*others, (name, told.encode())), sent.body, sent.topic)

    return change


def _as_structured(sent: Sent, _: Message) -> Sent:
    return Sent((("content-type", b"application/cloudevents+json"),), sent.body, sent.topic)


def _offset(sent: Sent, message: Message) -> Sent:
    name = message.path.removeprefix("/")
    return Sent(tuple((n, v + b"Z" if n == name else v) for n, v in sent.headers), sent.body, sent.topic)


def _topic(sent: Sent, message: Message) -> Sent:
    return Sent(sent.headers, sent.body, message.remedy.rpartition(" ")[2])


_WHOLE: dict[str, Callable[[Sent, Message], Sent]] = {
    r"take away the comma": _body(lambda b: _cleaned(b, r",(\s*[}\]])", r"\1")),
    r"double quotes \(\"\), not in single|write true, false and null, not True": _body(_of_python),
    r"take the comment away": _body(lambda b: _cleaned(b, r"//[^\n]*\n", "\n")),
    r"something follows the end": _body(_first_document),
    r"line break inside a text as \\n": _body(lambda b: json.dumps(json.loads(b, strict=False)).encode()),
    r"keep one of the two": _body(lambda b: json.dumps(json.loads(b)).encode()),
    r"without the three bytes EF BB BF": _body(lambda b: b.removeprefix(b"\xef\xbb\xbf")),
    r"Windows-1252: save or encode it as UTF-8": _body(lambda b: b.decode("cp1252").encode()),
    r"UTF-16 or UTF-32": _body(lambda b: b.decode("utf-16").encode()),
    r"uncompressed JSON": _body(gzip.decompress),
    r"encoded in Base64: send the JSON itself": _body(base64.b64decode),
    r"leave the field out if the number": _body(_without_unknown_numbers),
    r"encoded twice": _body(_text_of_data),
    r"data_base64 is not read": _body(_data_of_base64),
    r"content-type: application/cloudevents\+json": _as_structured,
    r"write 1\.0 here": _set_header("ce_specversion", "1.0"),
    r"under another spelling|^add it, for example (?![\[{\"])": _add_header,
    r"org\.tocsin\.[a-z]+\.[a-z]+$|types in ce_type": _set_header("ce_type", "org.tocsin.{near}"),
    r"on its own topic": _topic,
}
"""What concerns the whole event: words of a remedy, and what a reader does on them."""
_PLACES: dict[str, Callable[[Any, Message], Any]] = {
    r"remove or rename it": _at(_unwanted),
    r"belongs to another object": _moved,
    r"alpha-2 code: write": _at(lambda v, _: pycountry.countries.get(alpha_2=v).alpha_3),
    r"instead of the country's name": _at(lambda v, _: pycountry.countries.lookup(v).alpha_3),
    r"letters of the country's code in capitals": _at(lambda v, _: v.upper()),
    r"instead of the language's name": _at(lambda v, _: pycountry.languages.lookup(v).alpha_2),
    r"language alone, without region": _at(lambda v, _: re.split("[-_]", v)[0]),
    r"language in lower case|digits in lower case": _at(lambda v, _: v.lower()),
    r"write the year first": _at(_day_first),
    r"date with hyphens": _at(lambda v, _: v.replace("/", "-")),
    r"date in digits": _at(lambda v, _: datetime.strptime(v, "%d %B %Y").date().isoformat()),  # noqa: DTZ007
    r"write 2026-03 or 2026 if the day": _at(lambda v, _: v[:7]),
    r"day alone, without a time": _at(lambda v, _: v[:10]),
    r"date as a text": _at(lambda v, _: f"{str(v)[:4]}-{str(v)[4:6]}-{str(v)[6:]}"),
    r"put the earlier date first": _at(lambda v, _: "/".join(sorted(v.split("/")))),
    r"letter T between day and time": _at(lambda v, _: v.replace(" ", "T") + "Z"),
    r"time as a text in RFC 3339": _at(lambda v, _: datetime.fromtimestamp(v, UTC).isoformat()),
    r"add the time of day": _at(lambda v, _: v + "T00:00:00Z"),
    r"add the offset at the end": _at(lambda v, _: v + "Z"),
    r"off the quotes around the number": _at(lambda v, _: json.loads(v.replace(",", "."))),
    r"a number of at least (\d+)": _at(lambda v, m: int(re.search(r"at least (\d+)", m.remedy)[1])),  # type: ignore[index]
    r"^null says nothing here": _at(_example),
    r"write \[\] for none": _at(lambda v, _: []),
    r"one text with commas": _at(lambda v, _: re.split(r"[,;]\s*", v)),
    r"put the text into the field|put it into the field": _at(_into_example),
    r"what stands here into square brackets": _at(lambda v, _: [v]),
    r"send several reports in several messages": _at(lambda v, _: v[0]),
    r"one decision for each recipient": _decisions,
    r"take off the square brackets": _at(lambda v, _: v[0]),
    r"one of the permitted words": _at(_first_near),
    r"^add it": _at(_example),
    r"true or false$|true instead of 1": _at(_truth),
    r"under alleged_victims, for example": lambda c, m: c | {"alleged_victims": json.loads(m.example)},
    r"on one line": _at(lambda v, _: " ".join(v.split())),
    r"^remove the characters": _at(_without),
    r"shorten it to at most": _at(_limit),
    r"identifier without spaces": _at(lambda v, _: v.replace(" ", "-")),
    r"your own name here": _at(lambda v, _: OWN_NAME),
    r"JSON Pointer, which begins with a slash": _at(lambda v, _: "/" + v.replace(".", "/")),
    r"false under strict": _at(lambda v, m: v | {"mechanism": re.search(r"such as (\S+)", m.remedy)[1]}),  # type: ignore[index]
}
"""What concerns one place: words of a remedy, and what a reader does there."""
