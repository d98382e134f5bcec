"""Where in a report a column can lead to, and what its cells must be."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tocsin_schemas import vocabulary as words

CONSENT = "consent"
"""The list of what was decided."""


class Kind(StrEnum):
    """What a cell is read as."""

    LINE = "line"
    PROSE = "prose"
    DATE = "date"
    DAY = "day"
    INSTANT = "instant"
    COUNTRY = "country"
    CODE = "code"
    YES_NO = "yes_no"
    WHOLE = "whole"
    NUMBER = "number"
    POSITION = "position"


@dataclass(frozen=True, slots=True)
class Target:
    """pointer: JSON Pointer of the value; ``-`` appends one element for each value, ``*`` is every element so far.

    many: several values may stand in one cell.
    codes: the controlled list. list_name: what ``words.toml`` calls it.
    beside: what stands beside the value in its element; one element for each.
    """

    name: str
    pointer: str
    kind: Kind = Kind.LINE
    many: bool = False
    codes: type[StrEnum] | None = None
    list_name: str = ""
    beside: tuple[Mapping[str, str], ...] = ()

    @property
    def of_person(self) -> bool:
        return self.pointer.startswith("/alleged_victims/")


def _target(name: str, pointer: str, kind: Kind = Kind.LINE, **rest: bool) -> Target:
    return Target(name, pointer, kind, many=rest.get("many", False))


def _coded(name: str, pointer: str, codes: type[StrEnum], list_name: str, many: bool = False) -> Target:
    return Target(name, pointer, Kind.CODE, many, codes, list_name)


def _consent(name: str, recipient: str, purpose: str) -> Target:
    """One purpose for each: who agrees to an alert has not agreed to more being shown."""
    beside = ({"recipient": recipient, "purpose": purpose},)
    return Target(name, "/consent/-/status", Kind.CODE, False, words.ConsentStatus, CONSENT, beside)


_V, _P, _D = "/alleged_victims/0", "/violation/place", "/detention"
_REFERENCES = [
    Target(f"reference.{scheme}", "/references/-/value", Kind.LINE, True, beside=({"scheme": scheme},))
    for scheme in words.ReferenceScheme
]
_ALL = [
    _target("publisher", "/publisher"),
    _target("publisher_reference", "/publisher_reference"),
    _target("revision", "/revision", Kind.WHOLE),
    _target("language", "/language"),
    _target("received_at", "/received_at", Kind.INSTANT),
    Target("victim.name", "/alleged_victims/-/names/-/value", Kind.LINE, True, beside=({"kind": "full"},)),
    Target("victim.alias", f"{_V}/names/-/value", Kind.LINE, True, beside=({"kind": "alias"},)),
    Target("victim.transliteration", f"{_V}/names/-/value", Kind.LINE, True, beside=({"kind": "transliteration"},)),
    _target("victim.birth", f"{_V}/birth", Kind.DATE),
    _coded("victim.gender", f"{_V}/gender", words.Gender, "gender"),
    _target("victim.nationalities", f"{_V}/nationalities", Kind.COUNTRY, many=True),
    _target("victim.residence", f"{_V}/residence"),
    _target("victim.ethnicity", f"{_V}/ethnicity"),
    _coded("victim.occupations", f"{_V}/occupations", words.Occupation, "occupations", many=True),
    Target("victim.organisation", f"{_V}/organisations/-/name", Kind.LINE, True),
    _coded("victim.topics", f"{_V}/defender/topics", words.Topic, "topics", many=True),
    _target("victim.activities", f"{_V}/defender/description", Kind.PROSE),
    _target("victim.prior_attacks", f"{_V}/defender/prior_attacks", Kind.PROSE),
    _coded("victim.status", f"{_V}/status", words.VictimStatus, "victim_status"),
    _target("victim.minor", f"{_V}/minor", Kind.YES_NO),
    _target("victim.health", f"{_V}/health/condition", Kind.PROSE),
    _target("victim.urgent_care_needed", f"{_V}/health/urgent_care_needed", Kind.YES_NO),
    _target("victim.identity_document", f"{_V}/identity_document"),
    _target("victim.contact", f"{_V}/contact", Kind.PROSE),
    _coded("group.kind", "/group/kind", words.GroupKind, "group_kind"),
    _target("group.description", "/group/description", Kind.PROSE),
    _target("group.size_estimate", "/group/size_estimate", Kind.WHOLE),
    _coded("violation.types", "/violation/types", words.ViolationType, "violation_types", many=True),
    _target("violation.date", "/violation/date", Kind.DATE),
    _target("violation.end_date", "/violation/end_date", Kind.DATE),
    _target("violation.ongoing", "/violation/ongoing", Kind.YES_NO),
    _target("violation.country", "/violation/country", Kind.COUNTRY),
    _target("violation.further_states", "/violation/further_states", Kind.COUNTRY, many=True),
    _target("violation.place", f"{_P}/name"),
    _target("violation.administrative_area", f"{_P}/administrative_area"),
    _target("violation.latitude", f"{_P}/latitude", Kind.NUMBER),
    _target("violation.longitude", f"{_P}/longitude", Kind.NUMBER),
    _target("violation.position", _P, Kind.POSITION),
    Target(
        "violation.authorities", "/violation/authorities/-/kind", Kind.CODE, True, words.AuthorityKind, "authority_kind"
    ),
    _target("violation.authority_name", "/violation/authorities/0/name"),
    _target("violation.companies", "/violation/companies", many=True),
    _target("violation.means", "/violation/means", Kind.PROSE),
    _target("violation.current_situation", "/violation/current_situation", Kind.PROSE),
    _target("violation.link_to_defence_work", "/violation/link_to_defence_work", Kind.PROSE),
    _target("detention.arrested_on", f"{_D}/arrested_on", Kind.DATE),
    _coded("detention.arresting_authority", f"{_D}/arresting_authority", words.AuthorityKind, "authority_kind"),
    _target("detention.place", f"{_D}/custodies/0/place"),
    _target("detention.stated_reason", f"{_D}/stated_reason", Kind.PROSE),
    _target("detention.charges", f"{_D}/charges", many=True),
    _target("detention.law_cited", f"{_D}/law_cited"),
    _target("detention.court", f"{_D}/court"),
    _target("detention.sentence", f"{_D}/sentence"),
    _target("detention.next_hearing", f"{_D}/next_hearing", Kind.DATE),
    _target("detention.lawyer_access", f"{_D}/lawyer_access", Kind.YES_NO),
    _target("detention.family_access", f"{_D}/family_access", Kind.YES_NO),
    _target("detention.whereabouts_known", f"{_D}/whereabouts_known", Kind.YES_NO),
    _target("detention.treatment", f"{_D}/treatment", Kind.PROSE),
    _target("detention.released_on", f"{_D}/released_on", Kind.DATE),
    _target("reprisal.strict", "/reprisal/strict", Kind.YES_NO),
    _target("reprisal.mechanism", "/reprisal/mechanism"),
    _coded("reprisal.cooperation", "/reprisal/cooperation", words.Cooperation, "cooperation"),
    _target("reprisal.cooperated_on", "/reprisal/cooperated_on", Kind.DATE),
    _coded("risk.urgency", "/risk/urgency", words.Urgency, "urgency"),
    _target("risk.to_life", "/risk/to_life", Kind.YES_NO),
    _target("risk.to_integrity", "/risk/to_integrity", Kind.YES_NO),
    *_REFERENCES,
    Target("evidence.location", "/evidence/-/location", Kind.LINE, True, beside=({"kind": "document"},)),
    _coded("source.relation", "/source/relation", words.SourceRelation, "source_relation"),
    _target("source.name", "/source/name"),
    _target("source.organisation", "/source/organisation"),
    _target("source.contact", "/source/contact", Kind.PROSE),
    _target("source.country", "/source/country", Kind.COUNTRY),
    _consent("consent.mechanisms", "all_mechanisms", "alert"),
    _consent("consent.mechanisms.share", "all_mechanisms", "share"),
    _consent("consent.ngos", "ngos", "alert"),
    _consent("consent.ngos.share", "ngos", "share"),
    _consent("consent.government", "government", "transmit_to_government"),
    _consent("consent.public", "public", "publish"),
    _target("consent.decided_on", "/consent/*/decided_on", Kind.DAY),
    _target("consent.given_by", "/consent/*/given_by"),
    _target("consent.recorded_how", "/consent/*/recorded_how"),
    _target("consent.informed", "/consent/*/informed", Kind.YES_NO),
    Target("handling.tlp", "/handling/tlp", Kind.CODE, False, words.Tlp, "tlp"),
    _target("handling.embargo_until", "/handling/embargo_until", Kind.INSTANT),
    _coded("verification.certainty", "/verification/certainty", words.Certainty, "certainty"),
    _target("verification.independent_sources", "/verification/independent_sources", Kind.WHOLE),
    Target("narrative", "/narratives/-/text", Kind.PROSE),
]
TARGETS: Mapping[str, Target] = {target.name: target for target in _ALL}
"""Every target by its name in a mapping, in the order in which a report is filled."""
ORDER: Mapping[str, int] = {name: number for number, name in enumerate(TARGETS)}
