"""Cases and their reports: claims in clear, content and profile sealed, and the keys by which matching finds them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tocsin.devtools.standing.rows import Rows
from tocsin.devtools.standing.scale import YEARS, Dice, Scale, sizes
from tocsin.domain.claims import Claim, claim_from
from tocsin.domain.identifiers import case_reference, report_id
from tocsin.domain.matching.profile import Profile
from tocsin.resolver.finding import Sought
from tocsin.resolver.matching import load_matcher
from tocsin.resolver.profiling import profiled
from tocsin.store.casework.reports import PROFILE
from tocsin.store.deployment import Deployment
from tocsin.store.tables import blocking_keys, cases, key_frequencies, reports, sealed_contents, sealing_keys
from tocsin_schemas.decoding import decode_as
from tocsin_schemas.reports import Report

COUNTRIES = ("TUN", "COL", "KAZ", "GEO", "KHM", "UGA", "MEX", "SEN", "BHR", "HUN", "COD", "PHL")
TOWNS = tuple(f"{first}{last}" for first in ("Bar", "Kel", "Mun", "Sor", "Tav") for last in ("abad", "grad", "ona"))
VIOLATIONS = ("arrest", "death_threat", "judicial_harassment", "torture", "funding_restriction", "land_grabbing")
PUBLISHERS = ("UN-SRHRD", "UN-WGAD", "ACHPR-SRHRD", "IACHR-RHRD", "COE-CHR", "OSCE-ODIHR", "NGO-OBS", "NGO-FLD")
_LANGUAGES = ("en", "fr", "es", "ar", "ru", "pt")
_TOLD = "The family was told of the hearing an hour before it began, and the lawyer was not let into the building. "
_GIVEN, _FAMILIES = 400, 9_000
_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A report as it is kept. claim: as its row has it."""

    report_id: str
    publisher: str
    accepted_at: datetime
    claim: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A case that stands, or that has become part of ``redirects_to``."""

    number: int
    case_id: str
    reference: str
    name: str
    place: str
    country: str
    violation: str
    opened_at: datetime
    reports: list[Kept]
    claim: Claim
    redirects_to: str | None = None


def make(scale: Scale, dice: Dice, deployment: Deployment, rows: Rows) -> list[Made]:
    """Every case, the earliest first."""
    began, made, frequency = dice.now - YEARS, list[Made](), dict[str, int]()
    many = sizes(scale, dice)
    for number, size in enumerate(many):
        opened = began + YEARS * ((number + dice.random.random()) / len(many))
        into = made[-1].case_id if number % 100 == 99 and made[-1].redirects_to is None else None
        made.append(_case(number, size, opened, into, dice, deployment, rows, frequency))
    for key, of_reports in frequency.items():
        rows.add(key_frequencies, key=key, reports=of_reports)
    return made


def name_of(dice: Dice) -> str:
    """A given name that others bear too, and a family's."""
    given, family = dice.random.randrange(_GIVEN), dice.random.randrange(_FAMILIES)
    return f"{_word(given * 1_237, 2)}n {_word(family * 14_961, 3)}"


def _word(number: int, length: int) -> str:
    parts = []
    for _ in range(length):
        number, rest = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[rest])
    return "".join(parts).capitalize()


def _case(
    number: int,
    size: int,
    opened: datetime,
    into: str | None,
    dice: Dice,
    deployment: Deployment,
    rows: Rows,
    frequency: dict[str, int],
) -> Made:
    country, violation = COUNTRIES[number % len(COUNTRIES)], VIOLATIONS[number // 12 % len(VIOLATIONS)]
    name, place = name_of(dice), dice.random.choice(TOWNS)
    first = _content(number, 0, name, place, country, violation, opened, dice)
    report = decode_as(json.dumps(first).encode(), Report)
    founder = report_id(report.publisher, report.publisher_reference)
    known = profiled(load_matcher(), deployment.identities, report, founder)
    claim, case_id = claim_from(report, founder), deployment.identities.case(founder)
    kept, told = [], claim.model_dump(mode="json", exclude_none=True)
    for place_in, content in enumerate(_contents(first, number, size, opened, dice)):
        at = min(datetime.fromisoformat(content["received_at"]) + timedelta(seconds=2), dice.now)
        one = _report(content, told, at, known.profile, deployment, into or case_id, dice, rows, place_in)
        if one is not None:
            _find_by(one.report_id, known.keys, rows, frequency)
            kept.append(one)
    rows.add(
        cases,
        case_id=case_id,
        reference=case_reference(case_id),
        founding_report_id=founder,
        revision=size,
        state="merged" if into else "open",
        countries=[country],
        violations=[violation],
        opened_at=opened,
        updated_at=dice.after(opened, timedelta(days=60)),
        redirects_to=into,
    )
    shown = (name, place, country, violation, opened)
    return Made(number, case_id, case_reference(case_id), *shown, kept, claim, into)


def _contents(first: dict[str, Any], number: int, size: int, opened: datetime, dice: Dice) -> Iterator[dict[str, Any]]:
    """What each mechanism wrote: of the same person and event, in its own words."""
    yield first
    for serial in range(1, size):
        at = dice.after(opened, timedelta(days=30))
        yield first | {
            "publisher": PUBLISHERS[(number + serial) % len(PUBLISHERS)],
            "publisher_reference": f"standing-{number:06d}-{serial:02d}",
            "language": _LANGUAGES[serial % len(_LANGUAGES)],
            "received_at": at.isoformat(timespec="seconds"),
            "narratives": [
                {"language": "en", "text": f"Report {serial} of case {number}. " + _TOLD * (serial % 5 + 1)}
            ],
        }


def _content(
    number: int, serial: int, name: str, place: str, country: str, violation: str, at: datetime, dice: Dice
) -> dict[str, Any]:
    day = (at - timedelta(days=dice.random.randrange(6))).date().isoformat()
    allowed = "refused" if dice.chance(0.06) else "granted"
    return {
        "publisher": PUBLISHERS[number % len(PUBLISHERS)],
        "publisher_reference": f"standing-{number:06d}-{serial:02d}",
        "language": _LANGUAGES[number % len(_LANGUAGES)],
        "received_at": at.isoformat(timespec="seconds"),
        "alleged_victims": [
            {
                "names": [{"value": name}],
                "gender": dice.random.choice(("woman", "man")),
                "birth": str(dice.random.randrange(1950, 2003)),
                "defender": {"topics": ["rule_of_law"]},
            }
        ],
        "violation": {
            "types": [violation],
            "date": day,
            "ongoing": number % 2 == 0,
            "country": country,
            "place": {"name": place},
        },
        "source": {"relation": "witness", "contact": f"witness-{number}@standing.example"},
        "consent": [
            {"recipient": audience, "purpose": purpose, "status": allowed, "informed": True}
            for audience in ("all_mechanisms", "ngos")
            for purpose in ("alert", "share")
        ],
        "verification": {"certainty": "likely", "independent_sources": 1 + number % 3},
        "narratives": [{"language": "en", "text": f"Report {serial} of case {number}. " + _TOLD * 3}],
    }


def _report(
    content: dict[str, Any],
    claim: dict[str, Any],
    at: datetime,
    profile: Profile | None,
    deployment: Deployment,
    case_id: str,
    dice: Dice,
    rows: Rows,
    place: int,
) -> Kept | None:
    """None if it was withdrawn since: then nothing finds it."""
    identity, publisher = report_id(content["publisher"], content["publisher_reference"]), content["publisher"]
    own = {"report_id": identity, "publisher": publisher, "language": content["language"]}
    told = claim | own | {"received_at": content["received_at"]}
    gone = place > 0 and dice.chance(0.02)
    rows.add(
        reports,
        report_id=identity,
        publisher=publisher,
        revision=1,
        content_digest=deployment.identities.digest(identity.encode()),
        claim=told,
        case_id=case_id,
        accepted_at=at,
        withdrawn_at=dice.after(at, timedelta(days=90)) if gone else None,
    )
    parts = {"revision-1": json.dumps(content, ensure_ascii=False).encode()}
    if profile is not None:
        parts[PROFILE] = replace(profile, report_id=identity, publisher=publisher).dump()
    seal(rows, deployment, identity, parts, at)
    return None if gone else Kept(identity, publisher, at, told)


def seal(rows: Rows, deployment: Deployment, subject: str, parts: dict[str, bytes], at: datetime) -> None:
    """As the vault does, for a subject that has no key yet."""
    wrapped, sealed = deployment.vault.sealed(subject, parts)
    rows.add(sealing_keys, subject=subject, wrapped_key=wrapped, created_at=at)
    for part, ciphertext in sealed.items():
        rows.add(sealed_contents, subject=subject, part=part, ciphertext=ciphertext)


def _find_by(identity: str, keys: Sought, rows: Rows, frequency: dict[str, int]) -> None:
    for key in keys.keys:
        rows.add(blocking_keys, key=key.key, report_id=identity, kind=key.kind)
        frequency[key.key] = frequency.get(key.key, 0) + 1
