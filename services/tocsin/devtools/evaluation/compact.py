"""The compact shape of a report, in which the labelled cases are written, as a profile and as a report.

    {"names": ["Anouk Belvedi"], "country": "TN", "date": "2024-03-09", "place": "Sfax",
     "birth_year": 1979, "gender": "female", "violation": "torture"}

It says less than the contract does: a country (alpha-2) or date may be "". In a report, which must have both, an absent
country is ``XXX`` and an absent date the whole calendar, which matching takes for absent. Violations are those of the
contract, or ``reprisal``. What the contract refuses in a text (invisible characters) is left out here.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from tocsin.devtools.evaluation.alpha3 import UNKNOWN, alpha3
from tocsin.domain.matching.profile import PersonProfile, PlaceProfile, Profile
from tocsin_schemas.dates import FIRST_YEAR, LAST_YEAR, EdtfDate
from tocsin_schemas.model import Model
from tocsin_schemas.reports import Report, Source
from tocsin_schemas.victims import AllegedVictim, PersonName
from tocsin_schemas.violations import Place, Reprisal, Violation
from tocsin_schemas.vocabulary import Gender, SourceRelation, ViolationType

NO_DATE = f"{FIRST_YEAR}/{LAST_YEAR}"
REPRISAL = "reprisal"
_RECEIVED = datetime(2026, 1, 1, tzinfo=UTC)
_GENDERS = {"female": Gender.WOMAN, "male": Gender.MAN, "": Gender.UNDISCLOSED}
_NOT_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"


def _shown(value: str) -> str:
    kept = (c if c in _JOINERS or unicodedata.category(c) not in _NOT_SHOWN else " " for c in value)
    return " ".join("".join(kept).split())


def _named(value: str) -> str:
    if not value:
        raise PydanticCustomError("text_blank", "this text must not be blank")
    return value


def _country(value: str) -> str:
    code = alpha3(value) if len(value) == 2 else value
    if code is None:
        raise PydanticCustomError("value_invalid", "there is no country with this code")
    return code


def _violation(value: str) -> str:
    if value not in {"", REPRISAL, *ViolationType}:
        raise PydanticCustomError("enum", "the value is not in the controlled list; see the JSON Schema")
    return value


_Text = Annotated[str, StringConstraints(max_length=500), AfterValidator(_shown)]


class Compact(Model):
    """One report in the compact shape. country: alpha-3 once read."""

    names: Annotated[list[Annotated[_Text, AfterValidator(_named)]], Field(min_length=1, max_length=20)]
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2,3})?$"), AfterValidator(_country)] = ""
    date: EdtfDate | Literal[""] = ""
    place: _Text = ""
    birth_year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    gender: Literal["female", "male", ""] = ""
    violation: Annotated[str, AfterValidator(_violation)] = ""


def is_compact(content: Mapping[str, Any]) -> bool:
    """A report of the contract has no field ``names``."""
    return "names" in content


def profile_of_compact(compact: Compact, report_id: str) -> Profile:
    """The profile that says only what the compact shape says."""
    born = (compact.birth_year, compact.birth_year) if compact.birth_year else None
    gender = _GENDERS[compact.gender] if compact.gender else ""
    place = PlaceProfile(compact.place, country=compact.country) if compact.place else None
    return Profile(
        report_id=report_id,
        publisher=_publisher(report_id),
        persons=(PersonProfile(tuple(compact.names), born, str(gender)),),
        countries=(compact.country,) if compact.country else (),
        dates=(("event", compact.date or NO_DATE),),
        violations=(compact.violation,) if compact.violation else (),
        places=(place,) if place else (),
    )


def report_of_compact(compact: Compact, reference: str) -> Report:
    """A report of the contract. reference: the publisher's, and so its identity; the publisher is one of its own."""
    victim = AllegedVictim(
        names=[PersonName(value=name) for name in compact.names],
        birth=str(compact.birth_year) if compact.birth_year else None,
        gender=_GENDERS[compact.gender],
    )
    known = compact.violation not in {"", REPRISAL}
    violation = Violation(
        types=[ViolationType(compact.violation) if known else ViolationType.OTHER],
        date=compact.date or NO_DATE,
        country=compact.country or UNKNOWN,
        place=Place(name=compact.place) if compact.place else None,
    )
    return Report(
        publisher=_publisher(reference),
        publisher_reference=reference,
        language="und",
        received_at=_RECEIVED,
        alleged_victims=[victim],
        violation=violation,
        reprisal=Reprisal(strict=False, broad=True) if compact.violation == REPRISAL else None,
        source=Source(relation=SourceRelation.OTHER),
    )


def _publisher(reference: str) -> str:
    """Nobody says who published it; no two reports may seem to come from one source."""
    return f"compact.{hashlib.sha256(reference.encode()).hexdigest()[:16]}"
