"""The way to the broker: one idempotent producer, and what each record came to."""

import importlib.util
import ipaddress
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kafka import KafkaProducer
from kafka import errors as kafka_errors

from tocsin.publisher.errors import BrokerRefused, BrokerUnavailable, PublishError
from tocsin.publisher.receipts import Message, Receipt
from tocsin.runtime.reachable import is_reachable

_REFUSALS = (
    kafka_errors.AuthorizationError,
    kafka_errors.InvalidRecordError,
    kafka_errors.InvalidTopicError,
    kafka_errors.KafkaConfigurationError,
    kafka_errors.MessageSizeTooLargeError,
    kafka_errors.PolicyViolationError,
    kafka_errors.SaslAuthenticationFailedError,
    kafka_errors.UnsupportedSaslMechanismError,
)
_LINGER_MS = 100
"""How long a record waits for others, so that thousands go in few requests; ``hurry`` ends the wait."""
_COMPRESSION = None if importlib.util.find_spec("crc32c") else "gzip"
"""kafka-python computes checksums in Python where the package crc32c is absent; then it is faster to shrink first."""


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """Where the broker is and who we are there.

    bootstrap: ``host:port,host:port``. user, password: of SASL/SCRAM-SHA-512; empty for none.
    tls: None for yes, unless every host is this machine. ca_file: certificates to trust in place of the system's.
    patience: seconds that the broker has to acknowledge.
    """

    bootstrap: str
    user: str = ""
    password: str = ""
    tls: bool | None = None
    ca_file: Path | None = None
    patience: float = 8.0

    def options(self) -> dict[str, Any]:
        """As kafka-python names them."""
        tls = not _is_this_machine(self.bootstrap) if self.tls is None else self.tls
        found: dict[str, Any] = {"security_protocol": "SSL" if tls else "PLAINTEXT"}
        if self.user:
            found = {
                "security_protocol": "SASL_SSL" if tls else "SASL_PLAINTEXT",
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
            }
        if tls and self.ca_file is not None:
            found["ssl_cafile"] = str(self.ca_file)
        return found


def connect(access: Access) -> Any:
    """A producer that does not repeat on retry, and counts a record only when every replica in step has it.

    Raises BrokerUnavailable.
    """
    logging.getLogger("kafka").setLevel(max(logging.INFO, logging.getLogger("kafka").level))  # DEBUG shows bodies
    patience = int(access.patience * 1000)
    try:
        if is_reachable(access.bootstrap):
            return KafkaProducer(
                bootstrap_servers=access.bootstrap.split(","),
                bootstrap_timeout_ms=patience,
                acks="all",
                enable_idempotence=True,
                compression_type=_COMPRESSION,
                linger_ms=_LINGER_MS,
                batch_size=128 * 1024,
                max_block_ms=patience,
                request_timeout_ms=patience,
                delivery_timeout_ms=patience + _LINGER_MS,
                metrics_enabled=False,
                **access.options(),
            )
    except (kafka_errors.KafkaError, OSError) as error:
        raise _unavailable(error) from error
    raise _unavailable()


class Line:
    """Sends over one connection at a time; one that let us down gets nothing more, and ends with what it had.

    connect: makes a producer, or raises BrokerUnavailable. patience: seconds.
    """

    def __init__(self, connect: Callable[[], Any], patience: float) -> None:
        self._connect, self._patience, self._lock = connect, patience, threading.Lock()
        self._producer: Any = None
        self._closed = False

    def start(self, message: Message) -> "Flight":
        """Raises BrokerUnavailable or BrokerRefused."""
        producer = self._connected()
        try:
            future = producer.send(message.topic, message.body, message.key, message.headers)
        except kafka_errors.KafkaError as error:
            raise self._let_down(producer, error) from error
        return Flight(message, future, producer)

    def hurry(self) -> None:
        """Have all that was started sent now, and wait for it; ``settle`` says what came of each."""
        with self._lock:
            producer = self._producer
        if producer is not None:
            with suppress(kafka_errors.KafkaError):
                producer.flush(self._patience)

    def settle(self, flight: "Flight") -> Receipt:
        """Raises BrokerUnavailable or BrokerRefused."""
        try:
            stored = flight.future.get(self._patience + 1.0)
        except kafka_errors.KafkaError as error:
            raise self._let_down(flight.producer, error) from error
        return flight.message.receipt(stored.partition, stored.offset)

    def close(self) -> None:
        with self._lock:
            producer, self._producer, self._closed = self._producer, None, True
        if producer is not None:
            _close(producer, 1.0)

    def _connected(self) -> Any:
        with self._lock:
            if self._closed:
                raise _unavailable()
            if self._producer is None:
                self._producer = self._connect()
            return self._producer

    def _let_down(self, producer: Any, error: kafka_errors.KafkaError) -> PublishError:
        if isinstance(error, _REFUSALS):
            return BrokerRefused(f"the broker refuses: {type(error).__name__}")
        with self._lock:
            given_up = self._producer is producer
            if given_up:
                self._producer = None
        if given_up:
            threading.Thread(target=_close, args=(producer, self._patience + 1.0), daemon=True).start()
        return _unavailable(error)


@dataclass(slots=True, repr=False)
class Flight:
    """A message that the producer has and the broker has not acknowledged yet."""

    message: Message
    future: Any
    producer: Any


def _close(producer: Any, seconds: float) -> None:
    """kafka-python raises if a record is still on its way, and has to be asked again: each record has its own time."""
    with suppress(kafka_errors.KafkaTimeoutError):
        producer.close(timeout=seconds)


def _unavailable(error: Exception | None = None) -> BrokerUnavailable:
    why = "" if error is None else f" ({type(error).__name__})"
    return BrokerUnavailable(f"the broker does not answer, or does not know the user and password{why}")


def _is_this_machine(bootstrap: str) -> bool:
    hosts = [address.strip().rpartition(":")[0].strip("[]") for address in bootstrap.split(",")]
    return all(host == "localhost" or _is_loopback(host) for host in hosts)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
