"""Who may do what at a broker that asks: held against a table, on a real Kafka, for everybody and every topic."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pytest
from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ConfigResource,
    NewTopic,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from kafka.errors import KafkaError, for_code
from kafka.protocol.consumer import FetchRequest, JoinGroupRequest

from tocsin.devtools.broker import Broker
from tocsin.runtime import kafka
from tocsin.runtime.kafka_access import Access
from tocsin.runtime.kafka_principals import CANARY, PrincipalRefused, Quota, administering
from tocsin_schemas.topics import ACTIONS, CASES, REPORTS, TOPICS

pytestmark = pytest.mark.kafka
FOREIGN = "another-system"
PLACES = (*(topic.name for topic in TOPICS), FOREIGN)
NODE = 1
_WELCOME = {15, 16, 79}
"""The group may be joined, by a member that is given an id first, or once its coordinator is there."""
_REFUSED = {29, 30, 31}
"""Topic, group and cluster authorization failed: no other failure counts as a refusal."""


@dataclass
class Principal:
    """Somebody at the broker, with the clients that they would use."""

    access: Access
    done: list[Any] = field(default_factory=list)

    @cached_property
    def admin(self) -> Any:
        return self._kept(kafka.admin(self.access))

    @cached_property
    def producer(self) -> Any:
        return self._kept(kafka.producer(self.access))

    def ask(self, request: Any) -> Any:
        """The broker's answer to a request as it goes over the wire."""
        return self.admin._manager.run(self.admin._manager.send, request, NODE)

    def _kept(self, client: Any) -> Any:
        self.done.append(client)
        return client

    def close(self) -> None:
        for client in self.done:
            client.close()


def write(who: Principal, topic: str) -> None:
    who.producer.send(topic, b"x", partition=0).get(timeout=5)


def read(who: Principal, topic: str) -> None:
    """A bare request: a client that asks for metadata first would not even come to be refused."""
    places = FetchRequest.FetchTopic
    wanted = places(topic=topic, partitions=[places.FetchPartition(partition=0, partition_max_bytes=1000)])
    request = FetchRequest(max_wait_ms=50, topics=[wanted], max_version=12)
    _raise(who.ask(request).responses[0].partitions[0].error_code)


def describe(who: Principal, topic: str) -> None:
    _raise(who.admin.describe_topics([topic])[0]["error_code"])


def create(who: Principal, topic: str) -> None:
    who.admin.create_topics([NewTopic(f"{topic}.copy", 1, 1)])


def delete(who: Principal, topic: str) -> None:
    """Who may create, deletes what it created; others try the topic itself."""
    who.admin.delete_topics([f"{topic}.copy" if f"{topic}.copy" in who.admin.list_topics() else topic])


def configure(who: Principal, topic: str) -> None:
    change = ConfigResource("TOPIC", topic, {"flush.messages": "100000"})
    _raise_told(who.admin.alter_configs([change], raise_on_unknown=False))


def grant_itself(who: Principal, topic: str) -> None:
    rule = ACL(
        f"User:{who.access.user}",
        "*",
        ACLOperation.DESCRIBE,
        ACLPermissionType.ALLOW,
        ResourcePattern(ResourceType.TOPIC, topic),
    )
    for failed in who.admin.create_acls([rule])["failed"]:
        raise failed


def join_a_group(who: Principal, topic: str) -> None:
    protocols = [JoinGroupRequest.JoinGroupRequestProtocol(name="range", metadata=b"")]
    request = JoinGroupRequest(
        group_id=f"{topic}-readers",
        session_timeout_ms=6000,
        rebalance_timeout_ms=6000,
        protocol_type="consumer",
        protocols=protocols,
        max_version=5,
    )
    answer = who.ask(request).error_code
    if answer not in _WELCOME:
        _raise(answer)


def set_a_password(who: Principal, topic: str) -> None:
    change = UserScramCredentialUpsertion(f"new-{topic}", ScramMechanism.SCRAM_SHA_512, "password")
    for message in who.admin.alter_user_scram_credentials([change]).values():
        if message is not None:
            assert message.endswith("needs ALTER permission."), message
            raise for_code(31)


OPERATIONS: dict[str, Callable[[Principal, str], None]] = {
    "write": write,
    "read": read,
    "describe": describe,
    "create a topic": create,
    "delete a topic": delete,
    "alter a setting": configure,
    "create a rule": grant_itself,
    "join a group": join_a_group,
    "set a password": set_a_password,
}
EVERYTHING = frozenset(itertools.product(PLACES, OPERATIONS))
A_PUBLISHER = frozenset(itertools.product((REPORTS.name, ACTIONS.name), ("write", "describe")))
ALLOWED = {"NGO-OBS": A_PUBLISHER, "ACHPR-SRHRD": A_PUBLISHER, "tocsin": EVERYTHING}
"""The table: what is not in it is refused."""
SHUT_OUT = {"unknown": "password", "ENDED": "password-ENDED", "NGO-OBS": "wrong", "tocsin": "", "": ""}
"""Users and passwords that come no further than the door."""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """With Tocsin's topics and another's, two publishers, and one that has ended."""
    broker = Broker(tmp_path_factory.mktemp("secured"), secured=True)
    broker.start()
    try:
        broker.wait_ready()
        kafka.create_topics(broker.access)
        with closing(kafka.admin(broker.access)) as admin:
            admin.create_topics([NewTopic(FOREIGN, 1, 1)], wait_for_metadata=True)
        with closing(kafka.producer(broker.access)) as producer:
            for place in PLACES:
                producer.send(place, b"x", partition=0)
        with administering(broker.access) as principals:
            for name in ("NGO-OBS", "ACHPR-SRHRD", "ENDED"):
                principals.add_publisher(name, f"password-{name}", Quota(bytes_per_second=64 * 1024))
            principals.remove("ENDED")
        yield broker
    finally:
        broker.stop()


def test_everybody_may_do_at_every_topic_what_the_table_says_and_nothing_else(broker: Broker) -> None:
    found = {name: _allowed(_as(broker, name)) for name in ALLOWED}
    assert found == ALLOWED
    with administering(broker.access) as principals:
        assert {len(principals.rules_of(name)) for name in ("NGO-OBS", "ACHPR-SRHRD")} == {4}


@pytest.mark.parametrize("user", SHUT_OUT)
def test_whoever_does_not_prove_who_they_are_gets_no_connection(broker: Broker, user: str) -> None:
    options = replace(broker.access, user=user, password=SHUT_OUT[user]).options()
    with pytest.raises((KafkaError, ValueError, AssertionError)):
        KafkaAdminClient(bootstrap_servers=broker.bootstrap, bootstrap_timeout_ms=600, **options)


def test_a_publisher_sees_of_the_cluster_its_two_topics(broker: Broker) -> None:
    who = _as(broker, "NGO-OBS")
    try:
        assert set(who.admin.list_topics()) == {REPORTS.name, ACTIONS.name}
    finally:
        who.close()


def test_a_quota_is_kept_for_each_publisher_and_goes_with_it(broker: Broker) -> None:
    with administering(broker.access) as principals:
        assert principals.quota_of("NGO-OBS") == {"producer_byte_rate": 65536.0, "request_percentage": 50.0}
        assert principals.quota_of("ENDED") == {}


def test_who_ends_while_connected_writes_nothing_more_and_its_name_can_be_given_again(broker: Broker) -> None:
    with administering(broker.access) as principals:
        principals.add_publisher("LEAVING", "password-LEAVING", Quota())
        who = _as(broker, "LEAVING")
        try:
            write(who, REPORTS.name)
            principals.remove("LEAVING")
            with pytest.raises(KafkaError):
                write(who, REPORTS.name)
        finally:
            who.close()
        principals.add_publisher("LEAVING", "another", Quota())
        principals.remove("LEAVING")


RESERVED = {
    "tocsin": "kafka-user-reserved",
    "*": "kafka-user-invalid",
    "a,User:b": "kafka-user-invalid",
    "tocsin-controller": "kafka-user-reserved",
    "NGO-OBS": "kafka-user-exists",
}


@pytest.mark.parametrize("user", RESERVED)
def test_no_publisher_becomes_one_who_may_more_or_takes_anothers_place(broker: Broker, user: str) -> None:
    with administering(broker.access) as principals, pytest.raises(PrincipalRefused, match=RESERVED[user]):
        principals.add_publisher(user, "mine", Quota())
    assert broker.access.password == Broker(broker.folder.parent, secured=True).access.password


def test_the_canary_becomes_a_publisher_as_any_other_and_may_no_more(broker: Broker) -> None:
    with administering(broker.access) as principals:
        principals.add_publisher(CANARY, "password-tocsin-canary", Quota())
        who = _as(broker, CANARY)
        try:
            write(who, REPORTS.name)
            with pytest.raises(KafkaError):
                write(who, CASES.name)
        finally:
            who.close()
        principals.remove(CANARY)


def test_a_user_that_the_broker_lets_do_everything_is_found_out_and_not_made(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``super.users`` names it, which the broker tells nobody."""
    monkeypatch.setattr("tocsin.runtime.kafka_principals.RESERVED", "none")
    with administering(broker.access) as principals:
        with pytest.raises(PrincipalRefused, match="kafka-user-may-more"):
            principals.add_publisher("tocsin-controller", "mine", Quota())
        assert "tocsin-controller" not in principals.users()


def _as(broker: Broker, name: str) -> Principal:
    password = broker.access.password if name == "tocsin" else f"password-{name}"
    return Principal(replace(broker.access, user=name, password=password))


def _allowed(who: Principal) -> frozenset[tuple[str, str]]:
    try:
        return frozenset((topic, name) for topic, name in sorted(EVERYTHING, key=_order) if _may(who, topic, name))
    finally:
        who.close()


def _order(each: tuple[str, str]) -> tuple[int, int]:
    """Rules are made last."""
    return list(OPERATIONS).index(each[1]), PLACES.index(each[0])


def _may(who: Principal, topic: str, operation: str) -> bool:
    try:
        OPERATIONS[operation](who, topic)
    except KafkaError as error:
        if error.errno not in _REFUSED:
            raise
        return False
    return True


def _raise(error_code: int) -> None:
    if error_code:
        raise for_code(error_code)


def _raise_told(answer: Any) -> None:
    """``alter_configs`` tells of errors in words."""
    for told in (outcome for kind in answer.values() for outcome in kind.values()):
        if told != "OK":
            assert told.startswith("[Error 29]"), told
            raise for_code(29)
