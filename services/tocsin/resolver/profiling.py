"""From a report to what matching knows of it."""

from dataclasses import dataclass

from tocsin.domain.identifiers import Identities
from tocsin.domain.matching.profile import Profile
from tocsin.resolver import finding
from tocsin.resolver.comparing import MATCHING_ERRORS, Comparer
from tocsin.resolver.finding import NONE, Sought
from tocsin_schemas.reports import Report


@dataclass(frozen=True, slots=True)
class Profiled:
    """profile: absent if the report could not be read for matching; ``failure`` is the kind of the error."""

    profile: Profile | None
    keys: Sought = NONE
    failure: str = ""


def profiled(matcher: Comparer, identities: Identities, report: Report, report_id: str) -> Profiled:
    """The profile and the keys. A report that the rules stumble over is kept all the same, and matches nothing."""
    try:
        profile = matcher.profile_of(report, report_id)
        return Profiled(profile, finding.sought(identities, matcher.keys_of(profile)))
    except MATCHING_ERRORS as error:
        return Profiled(None, failure=type(error).__name__)
