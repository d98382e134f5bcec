"""From whom an event comes: told by the key that signed it, never by what it says of itself (T1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from tocsin.runtime import jws
from tocsin.runtime.jws import FalseSignature, Signature, UnreadableSignature
from tocsin.runtime.messages import Message
from tocsin.store.database import insert_if_absent
from tocsin.store.deployment import INTAKE_KEY, OWN_KEY, Deployment
from tocsin.store.publishing import publishers
from tocsin.store.publishing.publishers import Publisher
from tocsin.store.tables import signature_sequences
from tocsin_schemas.actions import ActionPlanned, ActionTaken, RecommendationMade, StateReplied
from tocsin_schemas.events import OURSELVES, Speaker
from tocsin_schemas.model import Model
from tocsin_schemas.problems import SENTENCES, InvalidEvent, Problem
from tocsin_schemas.reports import Report, Withdrawal
from tocsin_schemas.signing import SIGNATURE_HEADER, signed_octets

SKEW = timedelta(minutes=5)
"""How far a publisher's clock may be ahead of ours."""
LATE = timedelta(days=30)
"""How long after the end of a key we still take what it says to have signed before: a spool may have waited for the
broker. For ever would let whoever finds an old key date what he signs back."""
_KNOWN = select(signature_sequences.c.digest).where(
    signature_sequences.c.key_id == bindparam("k"), signature_sequences.c.sequence == bindparam("s")
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent an event. publisher: None for ourselves, who may speak for every mechanism."""

    publisher_id: str
    publisher: Publisher | None

    @property
    def speaker(self) -> Speaker:
        known = self.publisher
        return (
            OURSELVES if known is None else Speaker(self.publisher_id, frozenset({self.publisher_id, *known.acts_for}))
        )

    def check(self, content: Model) -> None:
        """Raises InvalidEvent if the event speaks in another's name, or is none that publishers publish."""
        if self.publisher is None:
            return
        if isinstance(content, Report | Withdrawal):
            if content.publisher != self.publisher_id:
                raise InvalidEvent(_problem("publisher-mismatch", "/publisher"))
        elif isinstance(content, ActionPlanned | ActionTaken | RecommendationMade):
            if not self.publisher.may_speak_as(content.mechanism):
                raise InvalidEvent(_problem("publisher-mismatch", "/mechanism"))
        elif not isinstance(content, StateReplied):
            raise InvalidEvent(_problem("event-type-not-yours"))


@dataclass(frozen=True, slots=True)
class Authentication:
    """Finds the sender of a message. What has no good signature is refused with a stable code."""

    deployment: Deployment

    def __call__(self, connection: Connection, message: Message, now: datetime) -> Sender:
        """Raises InvalidEvent."""
        tokens = [value for name, value in message.headers if name == SIGNATURE_HEADER]
        if len(tokens) != 1:
            raise InvalidEvent(_problem("signature-missing" if not tokens else "signature-unreadable"))
        try:
            signature = jws.read_signature(tokens[0])
        except UnreadableSignature:
            raise InvalidEvent(_problem("signature-unreadable")) from None
        octets = signed_octets(message.headers, message.value)
        if signature.key_id in (OWN_KEY, INTAKE_KEY):
            return self._ours(connection, signature, tokens[0], octets)
        return self._theirs(connection, signature, tokens[0], octets, now)

    def _ours(self, connection: Connection, signature: Signature, token: bytes, octets: bytes) -> Sender:
        """By the relay; or by the intake, on behalf of the publisher whose API key it has checked."""
        keys = self.deployment.keys
        _verify(token, octets, keys.intake.public_key if signature.key_id == INTAKE_KEY else keys.own.public_key)
        if signature.key_id == OWN_KEY:
            return Sender(OURSELVES.name, None)
        return self._sender(connection, signature.publisher or "")

    def _theirs(
        self, connection: Connection, signature: Signature, token: bytes, octets: bytes, now: datetime
    ) -> Sender:
        key = publishers.find_key(connection, self.deployment.identities, signature.key_id)
        if key is None:
            raise InvalidEvent(_problem("key-unknown"))
        _verify(token, octets, key.public_key)
        if key.revoked_at is not None:
            raise InvalidEvent(_problem("key-revoked"))
        if signature.issued_at > now + SKEW:
            raise InvalidEvent(_problem("signature-from-the-future"))
        if signature.issued_at + SKEW < key.valid_from:
            raise InvalidEvent(_problem("key-not-yet-valid"))
        if key.valid_to is not None and (signature.issued_at >= key.valid_to or now >= key.valid_to + LATE):
            raise InvalidEvent(_problem("key-expired"))
        sender = self._sender(connection, key.publisher_id)
        self._note(connection, signature, octets)
        return sender

    def _sender(self, connection: Connection, publisher_id: str) -> Sender:
        publisher = publishers.find(connection, self.deployment.identities, publisher_id)
        if publisher is None or publisher.ended_at is not None:
            raise InvalidEvent(_problem("publisher-ended"))
        return Sender(publisher_id, publisher)

    def _note(self, connection: Connection, signature: Signature, octets: bytes) -> None:
        """The same number with other content is a forgery or a fault; with the same it is a repeat."""
        digest = self.deployment.identities.digest(octets)
        row = {"key_id": signature.key_id, "sequence": signature.sequence}
        if insert_if_absent(connection, signature_sequences, **row, digest=digest):
            return
        if connection.execute(_KNOWN, {"k": signature.key_id, "s": signature.sequence}).scalar() != digest:
            raise InvalidEvent(_problem("sequence-reused"))


def lane_of(message: Message) -> str:
    """Who sent a message by its own word, which nobody has verified: good for its place in the order, and no more."""
    token = next((value for name, value in message.headers if name == SIGNATURE_HEADER), b"")
    try:
        signature = jws.read_signature(token)
    except UnreadableSignature:
        return ""
    return f"{signature.key_id} {signature.publisher or ''}"


def _verify(token: bytes, octets: bytes, public_key: str) -> None:
    try:
        jws.verify(token, octets, public_key)
    except FalseSignature:
        raise InvalidEvent(_problem("signature-false")) from None


def _problem(code: str, path: str = "") -> Problem:
    return Problem(code, path, SENTENCES[code])
