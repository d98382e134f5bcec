"""One case as somebody may be given it: only what consent opens now, claim by claim, to the mandates they serve."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from tocsin.domain.claims import Claim
from tocsin.domain.following.acting import Acted
from tocsin.domain.routing.consent import Addressee, Denied, may
from tocsin.domain.routing.disclosure import FACTS, Shown, redact
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.vocabulary import Purpose

HIGHEST = DisclosureLevel.L1
"""Full text leaves only encrypted to its reader; a file for anyone's hands never holds it."""
_FACTS = tuple(field.name for field in fields(Shown))


@dataclass(frozen=True, slots=True)
class Extract:
    """What may be told of one claim.

    fields: of its report, that are told; none where it only lets us say that there is a case. publisher: counted,
    never named.
    """

    report_id: str
    publisher: str
    fields: frozenset[str]
    facts: Shown

    def told(self) -> Mapping[str, object]:
        """The facts that say something."""
        found = {name: getattr(self.facts, name) for name in _FACTS}
        return {name: value for name, value in found.items() if value not in (None, False, (), [], 0)}


@dataclass(frozen=True, slots=True)
class CaseExport:
    """A case for its reader. mandates: for which it is made. priority: the most urgent of their alerts. At level 0
    there are no extracts: only that there is a case.
    """

    reference: str
    revision: int
    priority: str
    mandates: Sequence[str]
    made_at: datetime
    extracts: Sequence[Extract]
    acted: Sequence[Acted]

    @property
    def level(self) -> DisclosureLevel:
        return HIGHEST if self.extracts else DisclosureLevel.L0

    def all_of(self, fact: str) -> list[object]:
        """Every value that the extracts give a fact, each once, in their order; of a list, its members."""
        values = [extract.told().get(fact, ()) for extract in self.extracts]
        single = [v if isinstance(v, list | tuple) else (v,) for v in values]
        return list(dict.fromkeys(value for row in single for value in row))

    @property
    def reporters(self) -> int:
        return len({extract.publisher for extract in self.extracts})


def extracts(claims: Iterable[Claim], towards: Addressee, level: DisclosureLevel, now: datetime) -> list[Extract]:
    """What a mandate may be given of these claims, the first received first; none if not even that there is a case.

    level: the most that it may be given; never more than ``HIGHEST``.
    """
    most, alerts = min(level, HIGHEST), False
    found: list[Extract] = []
    for claim in sorted(claims, key=lambda claim: (claim.received_at, claim.report_id)):
        alerted = not isinstance(may(claim, towards, Purpose.ALERT, now, most), Denied)
        shared = may(claim, towards, Purpose.SHARE, now, most)
        facts = Shown() if isinstance(shared, Denied) else redact(claim, shared.fields)
        extract = Extract(claim.report_id, claim.publisher, frozenset(), facts)
        told = frozenset(source for fact in extract.told() for source in FACTS[fact])
        if told or alerted:
            found.append(replace(extract, fields=told))
        alerts = alerts or alerted
    return found if alerts else []


def together(of_mandates: Iterable[Sequence[Extract]]) -> list[Extract]:
    """What a person may be given who serves several mandates: of each claim the most that one of them may have."""
    most: dict[str, Extract] = {}
    for extract in (extract for found in of_mandates for extract in found):
        if extract.report_id not in most or len(most[extract.report_id].fields) < len(extract.fields):
            most[extract.report_id] = extract
    return list(most.values())
