"""Events that cannot be accepted, with values where a careless error would repeat them.

What a publisher writes outside the sealed body (key and headers), or does not seal at all, the broker holds as it was
sent: on the topic that it was sent to, and on that of the dead letters. Nowhere else.
"""

import json
from contextlib import closing
from typing import Any

from tocsin.devtools.corpus.keys import sign
from tocsin.devtools.leaks.house import PUBLISHER, House
from tocsin.devtools.leaks.reports import content
from tocsin.devtools.leaks.values import AS_REFUSED, AS_SENT
from tocsin.runtime import clock, kafka
from tocsin.runtime.jwe import seal
from tocsin_schemas.events import encode_headers
from tocsin_schemas.signing import SEALED
from tocsin_schemas.topics import ACTIONS, REPORTS

Headers = list[tuple[str, bytes]]


def publish(house: House) -> int:
    """Returns how many dead letters must come of it."""
    sent = 0
    with closing(kafka.producer(house.stack.settings.kafka)) as client:
        for topic, key, body, headers in (*_sealed(house), *_open(house), *_beside(house)):
            client.send(topic, body, key, headers).get(timeout=30)
            sent += 1
    return sent


def _sealed(house: House) -> list[tuple[str, bytes, bytes, Headers]]:
    """Wrong inside: as a field, a code, a date, in a list that is none, cut short."""
    hand = house.hand
    spoilt: list[dict[str, Any]] = [
        {hand("key of JSON"): hand("unknown field")},
        {"language": hand("code")},
        {"received_at": hand("instant")},
        {"violation": {"types": [hand("violation")], "date": hand("date"), "country": hand("country")}},
        {"alleged_victims": [{"names": [{"value": f"{hand('hidden character')}\u202e"}]}]},
        {"alleged_victims": hand("no list")},
        {"source": {"relation": hand("relation"), hand("key within"): 1}},
        {"revision": hand("revision")},
        {"handling": {"confidential_fields": [hand("pointer")]}},
        {"consent": [{"recipient": hand("addressee"), "purpose": hand("purpose"), "status": "granted"}]},
        {"publisher": hand("another publisher")},
        {"verification": {"certainty": hand("certainty")}},
    ]
    report = content(hand, 1)
    bodies = [json.dumps(report | changes, ensure_ascii=False).encode() for changes in spoilt]
    bodies.append(bodies[0][:-9])
    action = {"mechanism": PUBLISHER, "action": hand("action"), "case": hand("case"), hand("key of action"): None}
    letters = [_letter(house, REPORTS.name, "report.submitted", body) for body in bodies]
    return [*letters, _letter(house, ACTIONS.name, "action.taken", json.dumps(action).encode())]


def _open(house: House) -> list[tuple[str, bytes, bytes, Headers]]:
    """A publisher who did not seal, and whose event is no report."""
    body = {"publisher": PUBLISHER, "names": [house.hand("not sealed", open_in=(AS_SENT, AS_REFUSED))]}
    return [
        _letter(house, REPORTS.name, "report.submitted", json.dumps(body, ensure_ascii=False).encode(), sealed=False)
    ]


def _beside(house: House) -> list[tuple[str, bytes, bytes, Headers]]:
    """In the key, in a header, in the name of a header, in attributes of the event."""
    hand = house.hand
    key, value, name, id_, source, kind = (
        hand(use, "latin", (AS_SENT, AS_REFUSED))
        for use in ("key", "header", "name of a header", "event id", "source", "type")
    )
    told = [_attributes() | changes for changes in ({"id": id_}, {"source": source}, {"type": kind})]
    letters = []
    for number, attributes in enumerate(told):
        headers = encode_headers(attributes["id"], attributes["type"], attributes["source"], clock.now())
        more = [("x-note", value.encode()), (f"x-{name}", b"1")] if number == 0 else []
        letters.append((REPORTS.name, key.encode(), b"{}", list(sign(PUBLISHER, [*headers, *more], b"{}"))))
    unsigned = encode_headers("unsigned", "report.submitted", "/leaks", clock.now())
    return [
        *letters,
        (
            REPORTS.name,
            b"key",
            b"{}",
            [*unsigned, ("tocsin_signature", hand("signature", "latin", (AS_SENT, AS_REFUSED)).encode())],
        ),
    ]


def _attributes() -> dict[str, str]:
    return {"id": "one", "type": "report.submitted", "source": "/leaks"}


def _letter(
    house: House, topic: str, event_type: str, body: bytes, sealed: bool = True
) -> tuple[str, bytes, bytes, Headers]:
    headers = encode_headers(f"leaks-{hash(body)}", event_type, "/leaks", clock.now())
    if sealed:
        headers = [(name, SEALED.encode() if name == "content-type" else value) for name, value in headers]
        body = seal(body, house.public)
    return topic, b"leaks", body, list(sign(PUBLISHER, headers, body))
