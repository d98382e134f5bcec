"""What is wrong with an event, in words that a publisher can act on; never an echo of what was sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault.

    code: stable, kebab-case, for machines.
    path: JSON Pointer (RFC 6901) to the faulty place, "" for the whole event.
    sentence: what to do about it, in English.
    """

    code: str
    path: str
    sentence: str


class InvalidEvent(ValueError):
    """The event cannot be accepted; ``problems`` says why, the first being the most telling."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.code} at {p.path or '/'}: {p.sentence}" for p in problems))
        self.problems = problems

    @property
    def code(self) -> str:
        return self.problems[0].code


def pointer(parts: Iterable[str | int]) -> str:
    """A place as JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


SENTENCES: Mapping[str, str] = {
    "missing": "this field is required",
    "extra-forbidden": "this object has a field that the contract does not name; see the JSON Schema",
    "enum": "the value is not in the controlled list; see the JSON Schema",
    "string-type": "this must be a text in quotes",
    "string-too-short": "the text is too short",
    "string-too-long": "the text is too long",
    "string-pattern-mismatch": "the text does not have the required form; see the JSON Schema",
    "string-unicode": "the text is not valid Unicode",
    "int-type": "this must be a whole number, without quotes",
    "int-from-float": "this must be a whole number, without a fraction",
    "int-parsing-size": "the number is too large",
    "float-type": "this must be a number, without quotes",
    "finite-number": "this must be a finite number",
    "bool-type": "this must be true or false, without quotes",
    "list-type": "this must be a list",
    "object-type": "this must be an object",
    "greater-than-equal": "the number is too small; see the JSON Schema",
    "less-than-equal": "the number is too large; see the JSON Schema",
    "too-short": "the list is too short",
    "too-long": "the list is too long",
    "date-invalid": "write the day as YYYY-MM-DD",
    "date-impossible": "this day is not in the calendar",
    "date-edtf": "write the date as EDTF: 2026, 2026-03, 2026-03-09, 2026-03-09~ or an interval a/b",
    "date-out-of-range": "the year is out of range: 1800 to 2200",
    "datetime-invalid": "write the time as RFC 3339 with an offset, for example 2026-03-09T14:00:00Z",
    "timezone-aware": "the time needs an offset, for example Z",
    "datetime-impossible": "this time does not exist",
    "json-malformed": "the body is not JSON",
    "text-blank": "this text must not be blank",
    "text-line-break": "a line break or tab is not allowed here",
    "text-control-character": "a control character is not allowed here",
    "text-invisible-character": "an invisible or direction-changing character is not allowed here",
    "recipient-invalid": "name an audience of the controlled list, or one mechanism such as UN-WGAD",
    "report-without-victim": "name at least one alleged victim, or describe the group",
    "reprisal-without-mechanism": "a strict reprisal must name the mechanism that was cooperated with",
    "answer-incomplete": "a hand-over says to whom, a refusal says why, and no other answer says either",
    "signature-missing": "sign the event: put a detached JWS in the header tocsin_signature",
    "signature-unreadable": "the signature is not one detached JWS with alg Ed25519, kid, seq and iat",
    "signature-false": "the signature does not fit the headers and the body; sign the event as it is sent",
    "signature-from-the-future": "the signature was made in the future; set the clock of the machine that signs",
    "sequence-reused": "the key has signed another event under this number; count on with every event",
    "key-unknown": "no key with this id is registered; ask the operators to register it",
    "key-revoked": "this key was revoked; sign with another one",
    "key-expired": "this key is no longer valid; sign with its successor",
    "key-not-yet-valid": "this key is not valid yet",
    "publisher-ended": "this publisher is not registered here any more",
    "publisher-mismatch": "write your own name here: the one that your key is registered for",
    "event-type-not-yours": "only the service itself publishes events of this type",
    "sealed-unopenable": "the sealed body cannot be opened; seal it to the key that is published now, uncompressed",
    "value-invalid": "the value is not valid; see the JSON Schema",
}
"""What to do about each fault that a model, a signature or a seal can have."""

_ALIASES: Mapping[str, str] = {
    "literal-error": "enum",
    "model-type": "object-type",
    "model-attributes-type": "object-type",
    "date-type": "date-invalid",
    "date-parsing": "date-impossible",
    "date-from-datetime-parsing": "date-impossible",
    "datetime-type": "datetime-invalid",
    "datetime-parsing": "datetime-impossible",
    "datetime-from-date-parsing": "datetime-impossible",
    "json-invalid": "json-malformed",
}


def code_of(pydantic_type: str) -> str:
    """The stable code for an error of pydantic, whose own names may change with its version."""
    name = pydantic_type.replace("_", "-")
    code = _ALIASES.get(name, name)
    return code if code in SENTENCES else "value-invalid"
