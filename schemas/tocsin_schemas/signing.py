"""What a publisher signs: the octets of an event, the same in every language.

The signature is a detached JWS (RFC 7515, appendix F) with Ed25519 (RFC 8037, RFC 9864), in the Kafka header
``tocsin_signature``. Its protected header names the key (``kid``), a number that the key never uses twice (``seq``) and
when it was made (``iat``, seconds). The publisher is known by the key, never by what an event says of itself.
"""

import re
from collections.abc import Iterable

from tocsin_schemas.problems import InvalidEvent, Problem

SIGNATURE_HEADER = "tocsin_signature"
SIGNATURE_TYPE = "tocsin+jws"
SEALED = "application/jose"
"""``content-type`` of an event whose body is a JWE (RFC 7516) to the deployment's key, instead of JSON."""
MAX_SIGNATURE = 1024
"""Characters of a signature."""
_FIRST_LINE = b"tocsin.event.1\n"
_ATTRIBUTE = re.compile(r"ce_[a-z0-9_-]+")


def signed_octets(headers: Iterable[tuple[str, bytes | None]], body: bytes | None) -> bytes:
    """The octets that are signed: a first line, ``content-type`` and the ``ce_`` headers, an empty line, the body.

    Each header is a line ``name:value``, the name in lower case, and the lines are sorted. Other headers do not count.
    The body is as it travels: sealed, if it is sealed.

    Raises InvalidEvent if a header holds a line break, or if the name of an attribute is not one (CloudEvents 1.0):
    with a colon or a capital in it, other headers could have the same octets and be read as something else.
    """
    lines = []
    for given, value in headers:
        name = given.lower()
        if name != "content-type" and not name.startswith("ce_"):
            continue
        if name != "content-type" and not _ATTRIBUTE.fullmatch(given):
            raise _invalid("write the name of an attribute with small letters and digits alone")
        if b"\n" in (value or b""):
            raise _invalid("a header must not hold a line break")
        lines.append(name.encode() + b":" + (value or b"") + b"\n")
    return _FIRST_LINE + b"".join(sorted(lines)) + b"\n" + (body or b"")


def is_sealed(headers: Iterable[tuple[str, bytes | None]]) -> bool:
    """Whether the body is a JWE; a media type's letters and parameters make no difference (RFC 9110, §8.3.1)."""
    types = [(value or b"").decode(errors="replace") for name, value in headers if name.lower() == "content-type"]
    return any(each.partition(";")[0].strip().lower() == SEALED for each in types)


def _invalid(sentence: str) -> InvalidEvent:
    return InvalidEvent(Problem("envelope-attribute-invalid", "", sentence))
