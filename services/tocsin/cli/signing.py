"""``tocsin sign``: an event made ready for any Kafka client: its headers, its key, and its body as it must travel."""

import json
import shlex
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import click

from tocsin.domain.identifiers import report_id
from tocsin.runtime import clock, jwe
from tocsin.runtime.jws import Signature, SigningKey, UnusableSigningKey, read_signing_key
from tocsin.runtime.key_files import usual_key_id
from tocsin_schemas.decoding import decode
from tocsin_schemas.events import CONTENT_TYPE, SPEC_VERSION
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.refusals import said
from tocsin_schemas.signing import SEALED, SIGNATURE_HEADER, signed_octets
from tocsin_schemas.structured import MEDIA_TYPE
from tocsin_schemas.topics import ACTIONS, PREFIX, REPORTS, TOPIC_OF

_TYPES = [name for topic in (REPORTS, ACTIONS) for name in topic.events if name != "follow-up.due"]
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/@+-")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Signed:
    """An event as a Kafka client is to send it. headers: the signature among them."""

    topic: str
    key: str
    headers: Mapping[str, str]
    body: bytes


def _plain(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """What neither a shell nor the Java console producer reads as more than text."""
    if value is not None and (not value or len(value) > 256 or not _PLAIN.issuperset(value)):
        raise click.BadParameter("letters, digits and . _ : / @ + - only, at most 256 of them")
    return value


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--key", "key_file", required=True, type=_FILE, help="Your private key: Ed25519, PEM.")
@click.option("--key-id", callback=_plain, help="The id under which the operators registered it, if not the usual one.")
@click.option("--passphrase-file", type=click.File("r"), help="Where the passphrase of the key stands, if it has one.")
@click.option("--type", "event_type", type=click.Choice(_TYPES), default="report.submitted", show_default=True)
@click.option("--id", "event_id", callback=_plain, help="Of the event. Default: follows from the report, or is random.")
@click.option("--source", callback=_plain, help="Who publishes, as a URI reference. Default: from the body.")
@click.option(
    "--sequence", type=click.IntRange(0, 2**53 - 1), help="Never twice with one key. Default: microseconds since 1970."
)
@click.option("--structured", is_flag=True, help="The whole CloudEvent in the body (structured mode).")
@click.option("--sealed-to", type=_FILE, help="The deployment's public key (JWK): encrypt the body to it.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the body as it must travel here.")
@click.option("--java", "form", flag_value="java", help="A line for Kafka's console producer, the body in it.")
@click.option("--json", "form", flag_value="json", help="Topic, key, headers and body as JSON, for other programs.")
def sign(
    file: BinaryIO,
    key_file: Path,
    key_id: str | None,
    passphrase_file: Any,
    event_type: str,
    event_id: str | None,
    source: str | None,
    sequence: int | None,
    structured: bool,
    sealed_to: Path | None,
    out: Path | None,
    form: str | None,
) -> None:
    """Check and sign the event whose data is in FILE (JSON; - for standard input), and send nothing.

    Prints what kcat is to be told (-H, -k, -t). kcat must send the same octets: give it FILE itself, or what --out
    wrote; not a pipe, which it cuts into one message for each line.
    """
    if structured and sealed_to:
        raise click.UsageError("In structured mode the attributes stand in the body, which is not sealed: choose one.")
    if (structured or sealed_to) and not (form or out):
        raise click.UsageError("The body changes: say with --out where it is to be written, and send that.")
    passphrase = passphrase_file.read().rstrip("\r\n") if passphrase_file else None
    body = file.read()
    try:
        content = decode(body, event_type)
        key = _read_key(content, key_id, key_file, passphrase)
    except InvalidEvent as refusal:
        raise click.ClickException(_told(refusal)) from None
    except UnusableSigningKey as error:
        raise click.ClickException(f"key-unusable: {key_file.name}: {error}.") from None
    attributes = _attributes(content, event_type, event_id, source)
    travelling = _on_one_line(body) if form == "java" or structured else body
    media_type = CONTENT_TYPE
    if structured:
        travelling, media_type, attributes = _envelope(attributes, travelling), MEDIA_TYPE, {}
    elif sealed_to:
        travelling, media_type = jwe.seal(travelling, _public_key(sealed_to)), SEALED
    headers = {f"ce_{name}": value for name, value in attributes.items()} | {"content-type": media_type}
    headers[SIGNATURE_HEADER] = _signature(key, headers, travelling, sequence)
    if out:
        out.write_bytes(travelling)
    click.echo(_FORMS[form](Signed(TOPIC_OF[event_type].name, _key(content), headers, travelling)))


def _read_key(content: Model, key_id: str | None, file: Path, passphrase: str | None) -> SigningKey:
    """Raises UnusableSigningKey."""
    found, sender = read_signing_key(key_id or "", file, passphrase), _sender(content)
    if key_id is None and sender is None:
        raise click.UsageError("This event does not say who publishes it: name the key with --key-id.")
    return found if key_id else replace(found, key_id=usual_key_id(sender or "", found.public_key))


def _sender(content: Model) -> str | None:
    return getattr(content, "publisher", None) or getattr(content, "mechanism", None)


def _attributes(content: Model, event_type: str, event_id: str | None, source: str | None) -> dict[str, str]:
    """Of the CloudEvent."""
    revision = getattr(content, "revision", None)
    return {
        "specversion": SPEC_VERSION,
        "id": event_id or (f"{_key(content)}.{revision}" if revision else str(uuid.uuid4())),
        "type": PREFIX + event_type,
        "source": source or f"urn:tocsin:publisher:{_sender(content) or ''}".rstrip(":"),
        "time": clock.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def _key(content: Model) -> str:
    """As ``tocsin.publisher`` makes it, so that what speaks of one report, or of one case, stays in order."""
    about = getattr(content, "publisher_reference", None) or getattr(content, "case", None)
    return report_id(_sender(content) or "", about or content.model_dump_json())


def _on_one_line(body: bytes) -> bytes:
    """A line break in JSON stands only between its parts, never in a text."""
    return body.replace(b"\r", b" ").replace(b"\n", b" ").strip()


def _envelope(attributes: Mapping[str, str], data: bytes) -> bytes:
    """CloudEvents in the JSON event format; ``data`` stays as it was written."""
    head = json.dumps({**attributes, "datacontenttype": CONTENT_TYPE})
    return head[:-1].encode() + b', "data": ' + data + b"}"


def _public_key(file: Path) -> Mapping[str, str]:
    try:
        found = json.loads(file.read_bytes())
    except ValueError:
        found = None
    if not isinstance(found, dict) or "d" in found or not {"kty", "crv", "x", "kid"} <= set(found):
        raise click.ClickException(f"{file.name} is not the deployment's public key as JWK (kty, crv, x, kid).")
    return found


def _signature(key: SigningKey, headers: Mapping[str, str], body: bytes, sequence: int | None) -> str:
    number = time.time_ns() // 1000 if sequence is None else sequence
    octets = signed_octets([(name, value.encode()) for name, value in headers.items()], body)
    return key.sign(octets, Signature(key.key_id, number, clock.now())).decode()


def _told(refusal: InvalidEvent) -> str:
    """As ``tocsin dead-letters show``; what is told alike of several places without names is told once."""
    lines = ["Tocsin would refuse this."]
    for problem, times in Counter(refusal.problems).items():
        words = said(problem, "en")
        lines.append(f"{problem.code} at {problem.path or '/'}" + (f" ({times} times)" if times > 1 else ""))
        lines.append(f"  {words.sentence}")
        lines += [f"  → {words.remedy}"] if words.remedy else []
    return "\n".join(lines)


def _for_kcat(signed: Signed) -> str:
    arguments = ["-t", signed.topic, "-k", signed.key]
    for name, value in signed.headers.items():
        arguments += ["-H", f"{name}={value}"]
    return shlex.join(arguments)


def _for_java(signed: Signed) -> str:
    """Headers, key and value, as ``parse.headers`` and ``parse.key`` want them, tabs between."""
    headers = ",".join(f"{name}:{value}" for name, value in signed.headers.items())
    return f"{headers}\t{signed.key}\t{signed.body.decode()}"


def _for_programs(signed: Signed) -> str:
    fields = {"topic": signed.topic, "key": signed.key, "headers": signed.headers, "body": signed.body.decode()}
    return json.dumps(fields, ensure_ascii=False)


_FORMS: Mapping[str | None, Callable[[Signed], str]] = {None: _for_kcat, "java": _for_java, "json": _for_programs}
