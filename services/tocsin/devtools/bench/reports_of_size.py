"""Invented reports as large as is asked for, whose parts are those of real ones."""

import json
from typing import Any

from tocsin.devtools.corpus.generator import numbered, person

_SENTENCE = "She was taken from the office of her union by men without a warrant, and held without access to a lawyer. "
_SEED = 11


def report(serial: int, publisher: str, size: int) -> bytes:
    """About ``size`` bytes of JSON: people, references and consents, and a narrative for the rest."""
    content: dict[str, Any] = json.loads(next(iter(numbered(1, _SEED + serial, poison=0, repeats=0))).letter.body)
    content |= {"publisher": publisher, "publisher_reference": f"bench-{serial:08d}"}
    content["alleged_victims"] = [
        {
            "names": [{"value": person(serial * 40 + n, _SEED), "kind": "full"}],
            "gender": "woman",
            "nationalities": ["TGO"],
            "occupations": ["lawyer"],
            "defender": {"topics": ["rule_of_law", "land"]},
        }
        for n in range(max(1, size // 1000))
    ]
    content["references"] = [
        {"scheme": "un_communication", "value": f"AL TGO {n}/2026", "mechanism": "UN-SRHRD"}
        for n in range(size // 2000)
    ]
    missing = size - len(json.dumps(content))
    text = (_SENTENCE * (missing // len(_SENTENCE) + 1))[: max(missing, 1)]
    content["narratives"] = [{"language": "en", "text": text.strip()}]
    return json.dumps(content).encode()
