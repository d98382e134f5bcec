"""Finds cases for an operator who has a name, in whatever script, a place, or a mechanism's own number: by the keyed
index of candidates, and by the ids that publishers' numbers make.

Names are opened only to be compared, as in matching; nothing that was asked for is kept. A report is not found by what
its publisher lets nobody see: that it is found would tell it.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import Connection

from tocsin.domain.identifiers import report_id
from tocsin.domain.matching.blocking import keys_of_place
from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.matching.place_names import folded
from tocsin.domain.matching.profile import PersonProfile, Profile
from tocsin.domain.matching.references import CaseNumber, canonical, references_in
from tocsin.domain.routing.disclosure import fields_of
from tocsin.resolver import finding
from tocsin.resolver.comparing import MATCHING_ERRORS
from tocsin.resolver.profiles import Profiles
from tocsin.store.casework import reports
from tocsin.store.deployment import Deployment
from tocsin.store.matching import candidates
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.reports import Reference
from tocsin_schemas.vocabulary import ReferenceScheme

MOST = 20
"""Cases that one search gives."""
_AT_ONCE = 4
"""Weeks that are looked at together, the latest first, until there are cases enough."""
_SAME, _POSSIBLE = "same", "possible"
log = logging.getLogger(__name__)


def by_name(connection: Connection, deployment: Deployment, matcher: Matcher, name: str) -> list[str]:
    """Ids of cases of whose victims one may be called so, the likeliest first, at most ``MOST``."""
    asked = Profile("", "", (PersonProfile((name,)),), (), (), ())
    sought = finding.sought(deployment.identities, matcher.keys_of(asked))
    where = reports.located(connection, finding.find(connection, sought, asked.report_id))
    known = Profiles(deployment.vault).of(connection, where.values())
    best: dict[str, tuple[bool, float]] = {}
    shown = _shown(connection, where, "/alleged_victims/names")
    for found, located in where.items():
        profile = known.get(found) if found in shown else None
        likeness = None if profile is None else _likeness(matcher, asked.persons[0], profile)
        if likeness is not None:
            best[located.case_id] = max(likeness, best.get(located.case_id, likeness))
    return sorted(best, key=lambda case_id: (best[case_id], case_id), reverse=True)[:MOST]


def by_place(connection: Connection, deployment: Deployment, place: str, since: datetime, until: datetime) -> list[str]:
    """Ids of cases with an event at a place called so, on a day that is known, the latest first, at most ``MOST``."""
    if not folded(place):
        return []
    keys = reversed(keys_of_place(place, since.date(), until.date() + timedelta(days=1)))
    hashed = [deployment.identities.blocking_key(key.kind, key.value) for key in keys]
    common = candidates.frequencies(connection, hashed)
    known, found = [key for key in hashed if key in common], dict[str, None]()
    for at in range(0, len(known), _AT_ONCE):
        if len(found) >= MOST:
            break
        wanted = known[at : at + _AT_ONCE]
        shared = candidates.postings(connection, wanted)
        everyone = {report_id for ids in shared.values() for report_id in ids}
        homes = reports.cases_of(connection, _shown(connection, everyone, "/violation/place"))
        of_key = (sorted({homes[i] for i in shared.get(key, ()) if i in homes}) for key in wanted)
        found |= dict.fromkeys(case_id for case_ids in of_key for case_id in case_ids)
    return list(found)[:MOST]


def by_number(connection: Connection, deployment: Deployment, publishers: Iterable[str], number: str) -> list[str]:
    """Ids of cases of which a report has this number, or quotes it as one of a procedure's, at most ``MOST``.

    publishers: under whose names a report of this number may have come.
    """
    if not number:
        return []
    own = [report_id(publisher, number) for publisher in publishers]
    keys = [deployment.identities.blocking_key(finding.REFERENCE, f"{n.scheme}:{n.key}") for n in _numbers(number)]
    common = candidates.frequencies(connection, keys)
    quoting = [found for key in sorted(common) for found in candidates.some(connection, key, MOST)]
    found = [*_cases_of(connection, own, "/publisher_reference"), *_cases_of(connection, quoting, "/references")]
    return list(dict.fromkeys(found))[:MOST]


def _numbers(text: str) -> set[CaseNumber]:
    """What procedures it names, and any that may have given it, were it a number alone."""
    try:
        bare = [canonical(Reference(scheme=scheme, value=text)) for scheme in ReferenceScheme]
    except ValidationError:  # no line of text, so no number
        return set()
    return {*references_in(text), *filter(None, bare)}


def _cases_of(connection: Connection, found: Sequence[str], field: str) -> list[str]:
    """field: of the report, by which it was found."""
    homes, shown = reports.cases_of(connection, found), _shown(connection, found, field)
    return list(dict.fromkeys(homes[one] for one in found if one in homes and one in shown))[:MOST]


def _shown(connection: Connection, report_ids: Iterable[str], field: str) -> set[str]:
    """Those whose publisher lets this field be seen."""
    claims = reports.claims(connection, list(report_ids))
    return {claim.report_id for claim in claims if field in fields_of(claim, DisclosureLevel.L2)}


def _likeness(matcher: Matcher, asked: PersonProfile, profile: Profile) -> tuple[bool, float] | None:
    """(surely the same name, how likely) of the victim who comes nearest; None if nobody is called so."""
    best: tuple[bool, float] | None = None
    for person in profile.persons:
        try:
            compared = matcher.compare_people(asked, PersonProfile(person.names))
        except MATCHING_ERRORS:
            log.warning("a name cannot be compared", extra={"report_id": profile.report_id})
            continue
        decision = matcher.name_decision(compared)
        if decision in (_SAME, _POSSIBLE):
            likeness = (decision == _SAME, compared.probability)
            best = max(likeness, best or likeness)
    return best
