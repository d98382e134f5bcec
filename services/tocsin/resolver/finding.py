"""Which reports to compare with one: those that share its rarer keys, and those that quote the same reference."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from tocsin.domain.identifiers import Identities
from tocsin.domain.matching.blocking import POSTINGS, Key, ranked
from tocsin.store.matching import candidates
from tocsin.store.matching.candidates import HashedKey

REFERENCE = "reference"
"""The kind of key that is followed however common it is."""
ENOUGH = 3_000
"""Reports that the keys of one may give, counted with repeats."""
MOST_REFERRED = 20
"""Reports that come in because they quote the same reference."""


@dataclass(frozen=True, slots=True)
class Sought:
    """The keys of one report, hashed. weights: how much sharing a key says beside its rarity."""

    keys: tuple[HashedKey, ...] = ()
    weights: Mapping[str, float] | None = None

    @property
    def hashed(self) -> list[str]:
        return [key.key for key in self.keys]


NONE = Sought()


def sought(identities: Identities, keys: Iterable[Key]) -> Sought:
    """The keys by which a report is found, and finds others, as they may be stored."""
    found: dict[HashedKey, float] = {}
    for key in keys:
        found[HashedKey(identities.blocking_key(key.kind, key.value), key.kind)] = key.weight
    return Sought(tuple(sorted(found)), {key.key: weight for key, weight in found.items()})


def find(connection: Connection, sought: Sought, report_id: str) -> list[str]:
    """The candidates, the best first; ``report_id`` itself is none. The keys must be locked."""
    common = candidates.frequencies(connection, sought.hashed)
    followed = _followed(common)
    found = candidates.postings(connection, followed)
    known = any(report_id in ids for ids in found.values())  # a correction finds itself
    lists = {key: [i for i in ids if i != report_id] for key, ids in found.items()} if known else found
    frequency = {key: common[key] for key in lists}
    weights = sought.weights or {}
    best = ranked(lists, frequency, {key: weights[key] for key in lists})
    referred = _referred(connection, sought, lists, common, report_id)
    return list(dict.fromkeys([*referred, *best]))


def _followed(common: Mapping[str, int]) -> list[str]:
    """The rarer keys first, until they give enough reports: the commonest would add little but time."""
    found, total = [], 0
    for key, number in sorted(common.items(), key=lambda pair: (pair[1], pair[0])):
        if number > POSTINGS or total > ENOUGH:
            break
        found.append(key)
        total += number
    return found


def _referred(
    connection: Connection, sought: Sought, lists: Mapping[str, list[str]], common: Mapping[str, int], report_id: str
) -> list[str]:
    """A reference that half the world quotes is followed a little way."""
    found: list[str] = []
    for key in (k.key for k in sought.keys if k.kind == REFERENCE and k.key in common):
        found += lists[key] if key in lists else candidates.some(connection, key, MOST_REFERRED + 1)
    return [each for each in dict.fromkeys(found) if each != report_id][:MOST_REFERRED]
