"""``tocsin sign``: what it prints is signed as the contract says, and survives a shell and a console."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builders import a_report_json, a_victim
from databases import NOW, a_deployment
from tocsin.cli import main
from tocsin.runtime import jws
from tocsin.runtime.jws import read_signing_key
from tocsin.runtime.key_files import write_key_pair
from tocsin_schemas.events import decode_event
from tocsin_schemas.signing import signed_octets

PUBLISHER = "NGO-MARVELLE"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_key_pair(tmp_path / "key.pem")
    report = json.loads(a_report_json(publisher=PUBLISHER, alleged_victims=[a_victim("Тамсин Марвель")]))
    (tmp_path / "report.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\r\n", encoding="utf-8")
    return tmp_path


def run(folder: Path, *options: str, file: str = "report.json") -> Result:
    return CliRunner().invoke(main, ["sign", str(folder / file), "--key", str(folder / "key.pem"), *options])


def verified(folder: Path, headers: dict[str, str], body: bytes) -> jws.Signature:
    """What the signature says, once it has been checked."""
    pairs = [(name, value.encode()) for name, value in headers.items()]
    token = headers["tocsin_signature"].encode()
    public = read_signing_key("any", folder / "key.pem").public_key
    jws.verify(token, signed_octets(pairs, body), public)
    return jws.read_signature(token)


def of_kcat(printed: str) -> dict[str, str]:
    words = printed.split()
    assert words == shlex.split(printed), "an unquoted $(…) must give kcat the same words"
    return dict(words[n + 1].split("=", 1) for n, word in enumerate(words) if word == "-H")


def of_java(printed: str) -> tuple[dict[str, str], str, bytes]:
    """As Kafka's console producer takes a line apart with its usual separators."""
    headers, key, body = printed.split("\t", 2)
    return dict(pair.split(":", 1) for pair in headers.split(",")), key, body.encode()


def test_for_kcat_the_file_itself_is_signed_octet_by_octet(folder: Path) -> None:
    headers = of_kcat(run(folder).stdout)
    signature = verified(folder, headers, (folder / "report.json").read_bytes())
    assert signature.key_id.startswith(f"{PUBLISHER}.")
    with pytest.raises(jws.FalseSignature):
        verified(folder, headers, (folder / "report.json").read_bytes().strip())


@pytest.mark.parametrize("options", [[], ["--structured"], ["--seal"]], ids=["binary", "structured", "sealed"])
def test_for_the_console_producer_everything_stands_on_one_line(folder: Path, options: list[str]) -> None:
    deployment = a_deployment(folder)
    (folder / "tocsin.jwk").write_text(json.dumps(deployment.keys.opening.public()))
    given = ["--sealed-to", str(folder / "tocsin.jwk")] if options == ["--seal"] else options
    printed = run(folder, "--java", *given).stdout
    assert printed.count("\n") == 1
    headers, key, body = of_java(printed.rstrip("\n"))
    verified(folder, headers, body)
    body = deployment.keys.opening.open(body) if options == ["--seal"] else body
    event = decode_event({name: value.encode() for name, value in headers.items()}, body, NOW)
    assert event.data.publisher == PUBLISHER
    assert event.id == f"{key}.1"


def test_a_changed_body_is_written_where_it_is_to_be_sent_from(folder: Path) -> None:
    printed = run(folder, "--structured", "--out", str(folder / "event.json")).stdout
    body = (folder / "event.json").read_bytes()
    headers = of_kcat(printed)
    verified(folder, headers, body)
    assert set(headers) == {"content-type", "tocsin_signature"}
    assert json.loads(body)["data"] == json.loads((folder / "report.json").read_bytes())


def test_numbers_rise_by_themselves_and_can_be_given(folder: Path) -> None:
    body = (folder / "report.json").read_bytes()
    numbers = [verified(folder, of_kcat(run(folder).stdout), body).sequence for _ in range(3)]
    assert numbers == sorted(set(numbers))
    assert verified(folder, of_kcat(run(folder, "--sequence", "7").stdout), body).sequence == 7


def test_what_tocsin_would_refuse_is_not_signed_and_not_repeated(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_bytes())
    (folder / "bad.json").write_text(json.dumps(report | {"consent": "Тамсин Марвель says yes"}, ensure_ascii=False))
    result = run(folder, "--structured", "--out", str(folder / "event.json"), file="bad.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "list-type at /consent" in result.stderr
    assert "Марвель" not in result.stderr
    assert not (folder / "event.json").exists()


REFUSED = [
    (["--structured"], 2, "--out"),
    (["--structured", "--sealed-to", "report.json", "--java"], 2, "choose one"),
    (["--id", "a,b"], 2, "letters, digits"),
    (["--source", "//x y"], 2, "letters, digits"),
    (["--id", "*"], 2, "letters, digits"),
    (["--sequence", str(2**53)], 2, "--sequence"),
    (["--type", "follow-up.due"], 2, "--type"),
    (["--sealed-to", "report.json", "--java"], 1, "is not the deployment's public key"),
    (["--type", "action.taken"], 1, "missing at /mechanism"),
]


@pytest.mark.parametrize(("options", "code", "told"), REFUSED, ids=[" ".join(row[0]) for row in REFUSED])
def test_what_cannot_be_asked_for_is_refused_with_the_reason(
    folder: Path, options: list[str], code: int, told: str
) -> None:
    result = run(folder, *(str(folder / option) if option.endswith(".json") else option for option in options))
    assert (result.exit_code, result.stdout) == (code, "")
    assert told in result.stderr


def test_a_key_that_others_can_read_is_not_used(folder: Path) -> None:
    (folder / "key.pem").chmod(0o644)
    result = run(folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "key-unusable: key.pem" in result.stderr


def test_a_key_with_a_passphrase_opens_with_it_alone(folder: Path) -> None:
    write_key_pair(folder / "kept.pem", "open sesame")
    (folder / "passphrase").write_text("open sesame\n")
    given = ["sign", str(folder / "report.json"), "--key", str(folder / "kept.pem")]
    assert CliRunner().invoke(main, given).exit_code == 1
    assert CliRunner().invoke(main, [*given, "--passphrase-file", str(folder / "passphrase")]).exit_code == 0


def test_an_event_that_names_no_publisher_needs_the_name_of_the_key(folder: Path) -> None:
    example = Path(__file__).parents[3] / "schemas" / "examples" / "state.replied" / "accepted" / "one.json"
    (folder / "reply.json").write_bytes(example.read_bytes())
    assert "--key-id" in run(folder, "--type", "state.replied", file="reply.json").stderr
    assert run(folder, "--type", "state.replied", "--key-id", "x-1", file="reply.json").exit_code == 0


def test_signing_needs_no_more_than_the_library_for_publishers_installs() -> None:
    services = {
        "sqlalchemy",
        "faust",
        "aiokafka",
        "fastapi",
        "pydantic_settings",
        "jinja2",
        "prometheus_client",
        "yaml",
    }
    program = f"import sys, tocsin.cli.signing; sys.exit(bool({services!r} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", program], check=True)
