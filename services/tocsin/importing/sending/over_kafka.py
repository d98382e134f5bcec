"""Sending by the library for publishers, to the broker itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tocsin.importing.sending.doors import Forbidden, Refused, Unavailable
from tocsin.publisher import (
    BrokerRefused,
    BrokerUnavailable,
    InvalidReport,
    KeyUnusable,
    Publisher,
)
from tocsin_schemas.reports import Report


class OverKafka:
    """A door. Without a spool of the library's own: the state file of the import says what has not arrived.

    publisher: closed by ``close``.
    """

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def send(self, report: Report, correction: bool, once: str) -> str:  # noqa: ARG002 - a repetition is the same report
        try:
            receipt = self._publisher.correct(report) if correction else self._publisher.submit(report)
        except InvalidReport as invalid:
            raise Refused(invalid.problems) from None
        except BrokerRefused as refused:
            raise Forbidden(str(refused)) from None
        except BrokerUnavailable as away:
            raise Unavailable(str(away)) from None
        return f"{receipt.report_id}@{receipt.partition}/{receipt.offset}"

    def close(self) -> None:
        self._publisher.close()


def over_kafka(
    bootstrap: str,
    name: str,
    key: Path,
    key_id: str | None = None,
    user: str = "",
    password: str = "",
    ca_file: Path | None = None,
    sealed_to: Mapping[str, str] | None = None,
) -> OverKafka:
    """name: under which the publisher is registered. key: PEM file. sealed_to: the
    deployment's public key as JWK; the broker then sees no name. Raises Forbidden if the key cannot be used."""
    try:
        more: dict[str, Any] = {"user": user, "password": password, "ca_file": ca_file, "sealed_to": sealed_to}
        return OverKafka(Publisher(bootstrap, name, key, key_id=key_id, **more))
    except KeyUnusable as unusable:
        raise Forbidden(str(unusable)) from None
