"""What the resolver says of cases: ids and coded facts only, never a name, a contact or a narrative."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from tocsin_schemas.model import Model
from tocsin_schemas.text import Country, Identifier
from tocsin_schemas.vocabulary import ViolationType

CaseId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
ReportId = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
CaseReference = Annotated[str, Field(pattern=r"^HRD-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{3}$")]


class Judgement(StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNSURE = "unsure"


class LinkKind(StrEnum):
    SAME_PERSON = "same_person"
    POSSIBLE_DUPLICATE = "possible_duplicate"
    RELATED = "related"


class CaseChange(Model):
    """The part that every case event shares."""

    case_id: CaseId
    reference: CaseReference
    revision: Annotated[int, Field(ge=1)]
    """Grows by one with each change of the case."""
    report_id: ReportId | None = None
    countries: Annotated[list[Country], Field(max_length=50)]
    violations: Annotated[list[ViolationType], Field(max_length=36)]
    rule: Identifier
    """The rule that decided, for example ``same-reference``."""
    decided_at: AwareDatetime


class CaseOpened(CaseChange):
    possible_duplicate_of: Annotated[list[CaseId], Field(max_length=50)] = []


class CaseCorroborated(CaseChange):
    publisher: Identifier


class CaseUpdated(CaseChange):
    cause: Literal["report_corrected", "report_withdrawn"]


class CaseLinked(CaseChange):
    other_case_id: CaseId
    kind: LinkKind


class CaseMerged(CaseChange):
    merged_case_id: CaseId
    """The case that now redirects to ``case_id``, the older of the two."""


class CaseSplit(CaseChange):
    split_case_id: CaseId


class CaseClosed(CaseChange):
    reason: Literal["all_reports_withdrawn", "resolved"]


class ReviewRequested(CaseChange):
    other_case_id: CaseId
    judgement: Judgement
