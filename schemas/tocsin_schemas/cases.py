"""What the resolver says of cases: ids and coded facts only, never a name, a contact or a narrative."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from tocsin_schemas.dates import Instant
from tocsin_schemas.model import Model
from tocsin_schemas.text import Country, Identifier
from tocsin_schemas.vocabulary import ViolationType

CaseId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
ReportId = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
CaseReference = Annotated[str, Field(pattern=r"^HRD-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{3}$")]


class Judgement(StrEnum):
    """Whether two reports speak of the same."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNSURE = "unsure"


class LinkKind(StrEnum):
    """How two cases relate."""

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
    decided_at: Instant


class CaseOpened(CaseChange):
    """A report started a case, or could not be tied to one with certainty."""

    possible_duplicate_of: Annotated[list[CaseId], Field(max_length=50)] = []


class CaseCorroborated(CaseChange):
    """A further report speaks of the same person and the same event."""

    publisher: Identifier


class CaseUpdated(CaseChange):
    """A report of the case was corrected or withdrawn, or went to another case, and its facts changed."""

    cause: Literal["report_corrected", "report_withdrawn", "report_moved"]


class CaseLinked(CaseChange):
    """Two cases share a person, or a person suspects that they are one; both stay."""

    other_case_id: CaseId
    kind: LinkKind


class CaseMerged(CaseChange):
    """Two cases were found to be one."""

    merged_case_id: CaseId
    """The case that now redirects to ``case_id``, the older of the two."""


class CaseSplit(CaseChange):
    """A merge was undone; what it had silenced is raised again."""

    split_case_id: CaseId


class CaseClosed(CaseChange):
    """Nothing remains to be done, or every report was withdrawn."""

    reason: Literal["all_reports_withdrawn", "resolved"]


class ReviewRequested(CaseChange):
    """A match is uncertain: a person must decide whether two cases are one."""

    other_case_id: CaseId
    judgement: Judgement
