"""Finds cases for an operator who has a name, in whatever script, or a place: by the keyed index of candidates alone.

Names are opened only to be compared, as in matching; nothing that was asked for is kept.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection

from tocsin.domain.matching.blocking import keys_of_place
from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.matching.place_names import folded
from tocsin.domain.matching.profile import PersonProfile, Profile
from tocsin.resolver import finding
from tocsin.resolver.comparing import MATCHING_ERRORS
from tocsin.resolver.profiles import Profiles
from tocsin.store import candidates, reports
from tocsin.store.deployment import Deployment

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
    for report_id, located in where.items():
        profile = known.get(report_id)
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
        homes = reports.cases_of(connection, {report_id for ids in shared.values() for report_id in ids})
        of_key = (sorted({homes[i] for i in shared.get(key, ()) if i in homes}) for key in wanted)
        found |= dict.fromkeys(case_id for case_ids in of_key for case_id in case_ids)
    return list(found)[:MOST]


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
