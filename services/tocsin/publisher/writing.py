"""From a checked model to a signed event."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tocsin.domain.identifiers import report_id
from tocsin.publisher.checking import problem
from tocsin.publisher.receipts import Message
from tocsin.runtime import jwe
from tocsin.runtime.jws import Signature, SigningKey
from tocsin_schemas.events import CONTENT_TYPE, encode_headers
from tocsin_schemas.model import Model
from tocsin_schemas.reports import Report, Withdrawal
from tocsin_schemas.signing import SEALED, SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import MAX_EVENT_BYTES, TOPIC_OF

_PERSON = hashlib.blake2b.PERSON_SIZE
_JSON, _SEALED = CONTENT_TYPE.encode(), SEALED.encode()


class Writing:
    """Writes the events of one publisher.

    next_sequence: never the same twice. sealed_to: the deployment's key as JWK; None to send the JSON in clear.
    """

    def __init__(
        self,
        name: str,
        key: SigningKey,
        next_sequence: Callable[[], int],
        clock: Callable[[], datetime],
        sealed_to: Mapping[str, str] | None = None,
    ) -> None:
        self._name, self._key, self._next_sequence, self._clock = name, key, next_sequence, clock
        self._source, self._sealed_to = f"urn:tocsin:publisher:{name}", sealed_to
        self._event_ids = derived(key, b"tocsin event ids 1")

    def write(self, event_type: str, content: Model) -> Message:
        """event_type: without prefix. Raises InvalidReport if it names another publisher, or is too large."""
        if isinstance(content, Report | Withdrawal):
            if content.publisher != self._name:
                raise problem("publisher-mismatch", "/publisher")
            identity: str | None = report_id(self._name, content.publisher_reference)
        else:
            identity = None
        body = content.model_dump_json(exclude_none=True).encode()
        if len(body) > MAX_EVENT_BYTES:
            raise problem("body-too-large", "")
        event_id = self._event_id(event_type, identity, body)
        key = identity or report_id(self._name, str(getattr(content, "case", None) or event_id))
        return self._signed(event_type, identity, event_id, key.encode(), body)

    def _event_id(self, event_type: str, identity: str | None, body: bytes) -> str:
        """The same content is the same event; without our key, nobody can try out from the id what the content was."""
        person = event_type.encode()[:_PERSON]
        mark = hashlib.blake2b(body, digest_size=16, key=self._event_ids, person=person).hexdigest()
        return mark if identity is None else f"{identity}.{mark}"

    def _signed(self, event_type: str, identity: str | None, event_id: str, key: bytes, body: bytes) -> Message:
        now, sequence = self._clock(), self._next_sequence()
        headers = encode_headers(event_id, event_type, self._source, now)
        if self._sealed_to is not None:
            body = jwe.seal(body, self._sealed_to)
            headers[headers.index(("content-type", _JSON))] = ("content-type", _SEALED)
        signature = Signature(self._key.key_id, sequence, now)
        headers.append((SIGNATURE_HEADER, self._key.sign(signed_octets(headers, body), signature)))
        return Message(sequence, identity, event_id, TOPIC_OF[event_type].name, key, headers, body)


def derived(key: SigningKey, purpose: bytes) -> bytes:
    """32 bytes that only the holder of the signing key can make (HKDF, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.private_key.private_bytes_raw())
