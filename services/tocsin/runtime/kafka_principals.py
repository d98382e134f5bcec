"""Who may come to the broker: users (SCRAM, KIP-554), what they may do (ACLs), and how much (quotas, KIP-546)."""

import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka.errors import KafkaError, SecurityDisabledError
from kafka.protocol.admin import AlterClientQuotasRequest, DescribeClientQuotasRequest

from tocsin.runtime import kafka
from tocsin.runtime.kafka_access import Access
from tocsin_schemas.topics import ACTIONS, REPORTS

PUBLISHED_TO = (REPORTS.name, ACTIONS.name)
RESERVED = "tocsin"
"""How the names of our own users begin."""
CANARY = "tocsin-canary"
"""The one among them that may no more than any publisher, and is made as they are."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_OPERATIONS = (ACLOperation.WRITE, ACLOperation.DESCRIBE)
_SEEN_SECONDS = 10.0
_EXACT_NAME = 0


class PrincipalRefused(RuntimeError):
    """The broker did not do it, or it must not be asked; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Quota:
    """How much a publisher may take of the broker; beyond it, the broker answers later.

    bytes_per_second: produced. request_percentage: of one of the broker's threads.
    """

    bytes_per_second: float = 64 * 1024
    request_percentage: float = 50.0

    def as_entries(self) -> dict[str, float]:
        return {"producer_byte_rate": self.bytes_per_second, "request_percentage": self.request_percentage}


class Principals:
    """Users of one broker, as seen by an administrator's client. Made by ``administering``."""

    def __init__(self, client: Any, access: Access) -> None:
        self._client, self._access = client, access

    def are_checked(self) -> bool:
        """Whether the broker knows access lists at all."""
        try:
            self._client.describe_acls(_of(None))
        except SecurityDisabledError:
            return False
        return True

    def users(self) -> set[str]:
        """Those with a password of SCRAM."""
        return set(self._client.describe_user_scram_credentials())

    def add_publisher(self, user: str, password: str, quota: Quota) -> None:
        """A user who may write reports and actions, and nothing else.

        Raises PrincipalRefused, and leaves nothing behind: ``kafka-user-exists``, ``kafka-user-invalid``,
        ``kafka-user-reserved``;
        ``kafka-user-may-more`` if the broker already lets it do something, as one of its super users may.
        """
        self._check_name(user)
        if user in self.users() or self.rules_of(user):
            raise PrincipalRefused("kafka-user-exists")
        try:
            self.set_password(user, password)
            _until(lambda: user in self.users())
            self._must_see_nothing(replace(self._access, user=user, password=password))
            self._limit(user, quota.as_entries(), remove=False)
            made = self._client.create_acls([_rule(user, topic, may) for topic in PUBLISHED_TO for may in _OPERATIONS])
            if made["failed"]:
                raise PrincipalRefused("kafka-refused")
            _until(lambda: len(self.rules_of(user)) == len(PUBLISHED_TO) * len(_OPERATIONS))
        except BaseException:  # also when somebody interrupts: no user stays whom only half of the rules bind
            self.remove(user)
            raise

    def _check_name(self, user: str) -> None:
        """In a rule ``User:*`` is everybody, and the clients cut users at commas."""
        if user == self._access.user or (user.lower().startswith(RESERVED) and user != CANARY):
            raise PrincipalRefused("kafka-user-reserved")
        if not _NAME.fullmatch(user):
            raise PrincipalRefused("kafka-user-invalid")

    def _must_see_nothing(self, access: Access) -> None:
        """The broker tells nobody who its super users are, nor whether what no rule names is open to all."""
        with closing(kafka.admin(access)) as client:
            if client.list_topics():
                raise PrincipalRefused("kafka-user-may-more")

    def set_password(self, user: str, password: str) -> None:
        """For connections from now on; one that is open stays so until it ends."""
        self._alter([UserScramCredentialUpsertion(user, ScramMechanism.SCRAM_SHA_512, password)])

    def remove(self, user: str) -> None:
        """First what it may do, which ends what open connections may do too; then its password and quota."""
        self._check_name(user)
        for _, _, error in self._client.delete_acls([_of(user)]):
            _raise(getattr(error, "errno", 0))
        if user in self.users():
            self._alter([UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512)])
        self._limit(user, Quota().as_entries(), remove=True)
        _until(lambda: user not in self.users() and not self.rules_of(user))

    def rules_of(self, user: str) -> list[Any]:
        return list(self._client.describe_acls(_of(user))[0])

    def quota_of(self, user: str) -> dict[str, float]:
        """By Kafka's names; empty if there is none."""
        component = DescribeClientQuotasRequest.ComponentData(entity_type="user", match_type=_EXACT_NAME, match=user)
        found = self._send(DescribeClientQuotasRequest(components=[component], strict=True))
        _raise(found.error_code)
        return {value.key: value.value for entry in found.entries or () for value in entry.values}

    def _limit(self, user: str, entries: dict[str, float], remove: bool) -> None:
        """kafka-python knows the request, but has no method for it."""
        data = AlterClientQuotasRequest.EntryData
        changes = [data.OpData(key=key, value=value, remove=remove) for key, value in entries.items()]
        entry = data(entity=[data.EntityData(entity_type="user", entity_name=user)], ops=changes)
        for done in self._send(AlterClientQuotasRequest(entries=[entry], validate_only=False)).entries:
            _raise(done.error_code)

    def _alter(self, alterations: Sequence[Any]) -> None:
        if any(message for message in self._client.alter_user_scram_credentials(alterations).values()):
            raise PrincipalRefused("kafka-refused")

    def _send(self, request: Any) -> Any:
        return self._client._manager.run(self._client._manager.send, request)


@contextmanager
def administering(access: Access) -> Iterator[Principals]:
    """Raises BrokerUnreachable; and PrincipalRefused for whatever the broker does not let us do."""
    with closing(kafka.admin(access)) as client:
        try:
            yield Principals(client, access)
        except KafkaError:
            raise PrincipalRefused("kafka-refused") from None


def let_in(access: Access, user: str, quota: Quota) -> str | None:
    """The password of a new user who may write reports and actions; None if the broker checks nobody.

    Raises BrokerUnreachable, PrincipalRefused; then there is no such user.
    """
    password = secrets.token_urlsafe(24)
    with administering(access) as principals:
        if not principals.are_checked():
            return None
        principals.add_publisher(user, password, quota)
    return password


def let_in_again(access: Access, user: str) -> str | None:
    """Another password of a user, for connections from now on. As ``let_in``."""
    password = secrets.token_urlsafe(24)
    with administering(access) as principals:
        if not principals.are_checked():
            return None
        principals.set_password(user, password)
    return password


def shut_out(access: Access, user: str) -> bool:
    """Delete a user and what they may do; False if the broker checks nobody. As ``let_in``."""
    with administering(access) as principals:
        if not principals.are_checked():
            return False
        principals.remove(user)
    return True


def _rule(user: str, topic: str, operation: Any) -> Any:
    place = ResourcePattern(ResourceType.TOPIC, topic, ACLResourcePatternType.LITERAL)
    return ACL(f"User:{user}", "*", operation, ACLPermissionType.ALLOW, place)


def _of(user: str | None) -> Any:
    """Every rule of a user, or of everybody."""
    anywhere = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    return ACLFilter(user and f"User:{user}", None, ACLOperation.ANY, ACLPermissionType.ANY, anywhere)


def _until(is_seen: Callable[[], bool]) -> None:
    """A change is true at once in the controller's log, and a moment later for who asks."""
    deadline = time.monotonic() + _SEEN_SECONDS
    while not is_seen():
        if time.monotonic() > deadline:
            raise PrincipalRefused("kafka-not-seen")
        time.sleep(0.02)


def _raise(error_code: int) -> None:
    if error_code:
        raise PrincipalRefused("kafka-refused")
