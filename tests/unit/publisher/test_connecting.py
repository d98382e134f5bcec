"""The way to a broker that is not this machine is encrypted unless it is said otherwise."""

from pathlib import Path
from typing import Any

import pytest

from tocsin.publisher import BrokerUnavailable, Publisher
from tocsin.publisher.connecting import Access
from tocsin.runtime.jws import signing_key

SCRAM = {"sasl_mechanism": "SCRAM-SHA-512", "sasl_plain_username": "desk", "sasl_plain_password": "secret"}
USER = {"user": "desk", "password": "secret"}
WAYS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("127.0.0.1:9092", {}, {"security_protocol": "PLAINTEXT"}),
    ("localhost:9092,[::1]:9093", {}, {"security_protocol": "PLAINTEXT"}),
    ("kafka.example:9092", {}, {"security_protocol": "SSL"}),
    ("127.0.0.1:9092,kafka.example:9092", {}, {"security_protocol": "SSL"}),
    ("kafka.example:9092", {"tls": False}, {"security_protocol": "PLAINTEXT"}),
    ("127.0.0.1:9092", {"tls": True}, {"security_protocol": "SSL"}),
    ("127.0.0.1:9092", USER, {"security_protocol": "SASL_PLAINTEXT", **SCRAM}),
    ("kafka.example:9092", USER, {"security_protocol": "SASL_SSL", **SCRAM}),
    ("kafka.example:9092", {"ca_file": Path("ca.pem")}, {"security_protocol": "SSL", "ssl_cafile": "ca.pem"}),
]


@pytest.mark.parametrize(("bootstrap", "given", "options"), WAYS)
def test_the_way_is_as_safe_as_where_it_leads_asks_for(
    bootstrap: str, given: dict[str, Any], options: dict[str, Any]
) -> None:
    assert Access(bootstrap, **given).options() == options


def test_a_password_is_shown_nowhere() -> None:
    access = Access("kafka.example:9092", "desk", "very-secret")
    assert "very-secret" not in repr(access)
    with Publisher("127.0.0.1:1", "DESK", signing_key("desk", bytes(32)), user="desk", password="very-secret") as ours:
        assert "very-secret" not in repr(ours)
        with pytest.raises(BrokerUnavailable) as away:
            ours.withdraw("FD-1", 2, "unfounded")
    assert "very-secret" not in str(away.value)
