"""How the broker is reached: with which user, over TLS or not, and never with a password that others can read."""

import ssl
from pathlib import Path

import faust
import pytest

from tocsin.devtools.broker import Broker, BrokerProblem
from tocsin.devtools.smtp.certificates import Certificates
from tocsin.runtime.kafka_access import Access, UnusablePasswordFile, as_access, read_password
from tocsin.runtime.settings import Settings
from tocsin.runtime.stream import create_worker

SECRET = "a-password-of-nobody"
PROTOCOLS = {
    "PLAINTEXT": Access("kafka.example:9092"),
    "SSL": Access("kafka.example:9092", tls=True),
    "SASL_PLAINTEXT": Access("kafka.example:9092", "tocsin", SECRET),
    "SASL_SSL": Access("kafka.example:9092", "tocsin", SECRET, tls=True),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_client_is_told_the_protocol_and_the_user(protocol: str) -> None:
    access = PROTOCOLS[protocol]
    options = access.options()
    assert options["security_protocol"] == protocol
    assert (options["ssl_context"] is not None) == access.tls
    assert options.get("sasl_plain_username") == (access.user or None)
    assert options.get("sasl_mechanism") == ("SCRAM-SHA-512" if access.user else None)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_faust_is_given_the_same(protocol: str) -> None:
    app = create_worker("name", ["topic"], PROTOCOLS[protocol], "1", lambda _: None, lambda _: {})
    credentials = app.conf.broker_credentials
    assert ("PLAINTEXT" if credentials is None else credentials.protocol.value) == protocol
    if isinstance(credentials, faust.SASLCredentials):
        assert (credentials.username, credentials.password) == ("tocsin", SECRET)
        assert credentials.mechanism.value == "SCRAM-SHA-512"
    assert SECRET not in repr(credentials)


def test_tls_trusts_the_certificates_that_are_named_and_checks_the_brokers_name(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    Certificates.create(tmp_path, file)
    context = Access("kafka.example:9092", tls=True, ca_file=file).tls_context()
    assert context is not None
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    assert len(context.get_ca_certs()) == 1


def test_the_password_is_shown_nowhere() -> None:
    access = PROTOCOLS["SASL_SSL"]
    assert SECRET not in f"{access} {access!r}"
    assert as_access(access) is access
    assert as_access("kafka.example:9092") == PROTOCOLS["PLAINTEXT"]


def _with(folder: Path, content: str, mode: int = 0o600) -> Path:
    file = folder / "kafka.password"
    file.write_text(content)
    file.chmod(mode)
    return file


def test_the_password_comes_from_a_file_of_its_owner_alone(tmp_path: Path) -> None:
    assert read_password(_with(tmp_path, f"{SECRET}\n")) == SECRET
    for mode in (0o640, 0o604, 0o660, 0o644):
        with pytest.raises(UnusablePasswordFile, match="chmod 600") as refused:
            read_password(_with(tmp_path, SECRET, mode))
        assert SECRET not in str(refused.value)
    for nothing in (None, tmp_path / "absent", tmp_path, _with(tmp_path, "\n")):
        with pytest.raises(UnusablePasswordFile):
            read_password(nothing)


def test_settings_name_the_user_and_the_file(tmp_path: Path) -> None:
    file = _with(tmp_path, SECRET)
    named = Settings(home=tmp_path, kafka_bootstrap="kafka.example:9092", kafka_user="tocsin", kafka_password_file=file)
    assert named.kafka == Access("kafka.example:9092", "tocsin", SECRET)
    assert SECRET not in repr(named)
    assert Settings(home=tmp_path, kafka_bootstrap="kafka.example:9092").kafka == Access("kafka.example:9092")
    with pytest.raises(UnusablePasswordFile):
        _ = Settings(home=tmp_path, kafka_bootstrap="kafka.example:9092", kafka_user="tocsin").kafka


def test_an_embedded_broker_leaves_word_of_its_user(tmp_path: Path) -> None:
    broker = Broker(tmp_path, secured=True)
    given = broker.settings()
    assert given["kafka_user"] == "tocsin"
    (tmp_path / "broker" / "address").write_text("127.0.0.1:7\n")
    found = Settings(home=tmp_path).kafka
    assert (found.bootstrap, found.user) == ("127.0.0.1:7", "tocsin")
    assert found.password == read_password(Path(given["kafka_password_file"]))
    assert broker.settings() == given, "made once"
    assert Broker(tmp_path / "other").settings() == {"kafka_user": ""}


@pytest.mark.parametrize("was_secured", [True, False])
def test_a_broker_is_not_opened_or_closed_by_starting_it_otherwise(tmp_path: Path, was_secured: bool) -> None:
    Broker(tmp_path, secured=was_secured).settings()
    (tmp_path / "broker" / "data").mkdir(parents=True)
    (tmp_path / "broker" / "data" / "meta.properties").write_text("")
    otherwise = Broker(tmp_path, secured=not was_secured)
    with pytest.raises(BrokerProblem, match="broker-users"):
        otherwise.prepare()
    otherwise.stop()
