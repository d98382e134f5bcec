"""The messages of AsyncAPI: for each event type its headers, its data and an example, and its other two forms."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tocsin_schemas.signing import MAX_SIGNATURE, SEALED, SIGNATURE_HEADER
from tocsin_schemas.structured import MEDIA_TYPE
from tocsin_schemas.topics import ACTIONS, DEAD_LETTERS, EVENT_MODELS, PREFIX, REPORTS, TOPIC_OF, Topic

_SIGNED = f"""\
Detached JWS (RFC 7515, appendix F; `protected..signature`) with Ed25519 (RFC 8037). Protected header: `alg` "Ed25519",
`kid` the registered key, `seq` a number below 2^53 that this key never used before, `iat` now, in seconds. What is
signed is the line `tocsin.event.1`, then `content-type` and every `ce_` header as a line `name:value` (the name in
lower case), sorted by octets, an empty line, and the body as it travels; each line ends with LF. At most
{MAX_SIGNATURE} characters."""
_ENVELOPE = {
    "specversion": "Always 1.0.",
    "id": "Unique for the source.",
    "source": "Who publishes, as a URI reference. For people to read: the sender is known by the signature.",
    "type": "The event type.",
    "time": "When it happened (RFC 3339); without it, the time of the broker counts.",
    "subject": "What the event is about: an opaque id, never a name.",
}
_REQUIRED = ("specversion", "id", "source", "type")
_DEAD_LETTER = {
    "tocsin_origin": "Where it was: topic-partition-offset.",
    "tocsin_code": "The stable code of the first problem.",
    "tocsin_reason": "The sentence of the first problem, in English.",
    "tocsin_problems": "Every problem, as a JSON list of [code, JSON Pointer, sentence].",
    "tocsin_id": "Of this dead letter.",
    "tocsin_publisher": "Who sent it, by the signature; absent if nobody knows.",
    "tocsin_origin_key": "The key of the original. The headers after this one are the original's.",
}
_FORMAT = "application/schema+json;version=draft-2020-12"
PUBLISHED = (REPORTS, ACTIONS)
_OURS_ALONE = ("follow-up.due",)
"""On a topic that publishers write to as well, yet not from them."""
Json = dict[str, Any]


def messages(examples: Path) -> dict[str, Json]:
    """Every message by name. examples: the folder of examples; the first accepted one of each event type goes in."""
    found = {name: _message(name, examples) for name in EVENT_MODELS}
    for topic in PUBLISHED:
        found |= {f"{noun(topic)}.sealed": _sealed(topic), f"{noun(topic)}.structured": _structured(topic)}
    return found | {"dead-letter": _dead_letter()}


def names(topic: Topic) -> list[str]:
    """Of the messages on a topic."""
    forms = [f"{noun(topic)}.{form}" for form in ("sealed", "structured")] if topic in PUBLISHED else []
    return [*topic.events, *forms] or ["dead-letter"]


def sent_by_publishers(topic: Topic) -> list[str]:
    """Of ``names``, those that a publisher may send."""
    return [name for name in names(topic) if name not in _OURS_ALONE]


def noun(topic: Topic) -> str:
    return topic.name.split(".")[1]


def first_words(text: str) -> str:
    """On one line."""
    return " ".join(text.split())


def signature() -> Json:
    """The header's schema, to which the messages refer."""
    form = r"^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]{86}$"
    return {"type": "string", "description": _SIGNED, "maxLength": MAX_SIGNATURE, "pattern": form}


def _message(event_type: str, examples: Path) -> Json:
    topic = TOPIC_OF[event_type]
    message: Json = {
        "name": PREFIX + event_type,
        "summary": first_words(EVENT_MODELS[event_type].__doc__ or ""),
        "contentType": "application/json",
        "headers": _headers([event_type], "application/json", signed=topic in PUBLISHED),
        "payload": {"schemaFormat": _FORMAT, "schema": _data(event_type)},
        "bindings": _key(topic),
    }
    accepted = sorted((examples / event_type / "accepted").glob("*.json"))
    if accepted:
        payload = json.loads(accepted[0].read_text(encoding="utf-8"))
        message["examples"] = [{"name": accepted[0].stem, "payload": payload}]
    return message


def _sealed(topic: Topic) -> Json:
    told = "Any of these events, its data sealed: the broker holds no name in clear. The headers are not sealed."
    jwe = "JWE (RFC 7516), compact: ECDH-ES with X25519 (RFC 8037), A256GCM, no `zip`, to the deployment's key."
    return {
        "name": f"{noun(topic)}.sealed",
        "summary": told,
        "contentType": SEALED,
        "headers": _headers(_theirs(topic), SEALED, signed=True),
        "payload": {"type": "string", "description": jwe, "pattern": r"^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$"},
        "bindings": _key(topic),
    }


def _structured(topic: Topic) -> Json:
    attributes = _attributes("", _theirs(topic))
    either = [
        {"properties": {"type": {"const": PREFIX + event_type}, "data": _data(event_type)}}
        for event_type in _theirs(topic)
    ]
    envelope = {"type": "object", "required": [*_REQUIRED, "data"], "properties": attributes, "oneOf": either}
    headers = {"content-type": _content_type(MEDIA_TYPE), SIGNATURE_HEADER: {"$ref": "#/components/schemas/signature"}}
    return {
        "name": f"{noun(topic)}.structured",
        "summary": "Any of these events as one CloudEvent in the JSON event format.",
        "contentType": MEDIA_TYPE,
        "headers": {"type": "object", "required": list(headers), "properties": headers},
        "payload": {"schemaFormat": _FORMAT, "schema": envelope},
        "bindings": _key(topic),
    }


def _theirs(topic: Topic) -> list[str]:
    """The event types that publishers send."""
    return [name for name in topic.events if name not in _OURS_ALONE]


def _data(event_type: str) -> Json:
    return {"$ref": f"./jsonschema/{event_type}.json"}


def _key(topic: Topic) -> Json:
    told = f"{topic.key[0].upper()}{topic.key[1:]}; partitioned by murmur2. Opaque, and never a name."
    return {"kafka": {"key": {"type": "string", "description": told}}}


def _headers(event_types: Sequence[str], content_type: str, signed: bool) -> Json:
    properties = _attributes("ce_", event_types) | {"content-type": _content_type(content_type)}
    required = [f"ce_{name}" for name in _REQUIRED]
    if signed:
        properties[SIGNATURE_HEADER] = {"$ref": "#/components/schemas/signature"}
        required += ["content-type", SIGNATURE_HEADER]
    return {"type": "object", "required": required, "properties": properties}


def _attributes(prefix: str, event_types: Iterable[str]) -> Json:
    """CloudEvents' attributes. prefix: ``ce_`` where they are headers."""
    found: Json = {
        prefix + name: {"type": "string", "description": text, "maxLength": 256} for name, text in _ENVELOPE.items()
    }
    found[prefix + "specversion"]["const"] = "1.0"
    names = [PREFIX + name for name in event_types]
    found[prefix + "type"] |= {"const": names[0]} if len(names) == 1 else {"enum": names}
    found[prefix + "time"]["format"] = "date-time"
    return found


def _content_type(value: str) -> Json:
    return {"type": "string", "description": f"Always {value}.", "const": value}


def _dead_letter() -> Json:
    properties = {name: {"type": "string", "description": text} for name, text in _DEAD_LETTER.items()}
    return {
        "name": "dead-letter",
        "summary": f"What could not be accepted, byte for byte, with its origin and reason. Key: {DEAD_LETTERS.key}.",
        "contentType": "application/octet-stream",
        "headers": {"type": "object", "required": ["tocsin_origin", "tocsin_code"], "properties": properties},
        "payload": {"type": "string", "format": "binary"},
    }
