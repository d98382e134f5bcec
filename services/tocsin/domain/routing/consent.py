"""Consent: what is not expressly granted is denied, for each claim, addressee and purpose on its own.

The rule, which ``deploy/consent.md`` says again with examples:

1. A claim may be used for a purpose towards an addressee only under a decision of that claim's own report that is
   granted, for that purpose, and in force: not withdrawn, and not after ``expires_on``, a day of UTC, itself included.
2. A decision names a mandate, a mechanism, a family (``UN`` of ``UN-WGAD``) or a class of audience. The narrowest name
   with any decision for the purpose prevails, whatever it says; there anything but a grant in force denies.
3. A grant to a family does not reach an NGO within it, in force or not; a refusal, a withdrawal or a doubt does.
4. A purpose that does not fit an audience is denied. A Government only has what is transmitted to it; media and public
   have what is published, and photographs. Towards mechanisms and NGOs a purpose says what they may do with the claim.
5. TLP 2.0 (FIRST) stands above consent. Red: only who is named by mandate or mechanism, or the Government as such.
   Amber+strict: an NGO must be named so as well. All but clear: nothing to media or public, no publication, no photo.
6. A mechanism that acts on informed consent alone needs every grant that decides to be recorded as informed.
7. An unlikely claim waits for a person, and nothing is told before the end of an embargo.
8. Of what may be told, ``disclosure`` says which fields: by level and purpose, less those that the publisher withheld,
   and never the source, contacts, identity documents, witnesses, or where evidence lies.
9. Claims are judged one by one: in a case that was merged, none opens what another keeps closed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from tocsin.domain.claims import Claim, ConsentRule
from tocsin.domain.routing.disclosure import Shown, fields_of, redact
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.knowledge import Mechanism
from tocsin_schemas.vocabulary import Audience, Certainty, ConsentStatus, Purpose, Tlp


@dataclass(frozen=True, slots=True)
class Allowed:
    rule: str = "consent-granted"
    informed: bool = True


@dataclass(frozen=True, slots=True)
class Denied:
    rule: str


@dataclass(frozen=True, slots=True)
class Granted:
    """What may be told of one claim."""

    fields: frozenset[str]
    rule: str


class Addressee(NamedTuple):
    """Whom something may be told to."""

    audience: Audience
    mechanism: str | None = None
    """None for the Government, the media and the public."""
    mandate: str | None = None
    """The seat within the mechanism; a decision that names it is the narrowest of all."""
    informed_consent: bool = False
    """It acts on nothing but informed consent (``Mechanism.informed_consent``)."""


Permission: TypeAlias = Allowed | Denied
_ABSENT, _UNFIT, _EXPIRED = Denied("consent-absent"), Denied("purpose-unfit"), Denied("consent-expired")
_NOT_INFORMED = Denied("consent-not-informed")
_UNLIKELY, _EMBARGOED = Denied("certainty-unlikely"), Denied("under-embargo")
_DENIALS = {s: Denied(f"consent-{s}") for s in (ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN, ConsentStatus.UNKNOWN)}
_GRANTED, _GRANTED_UNINFORMED = Allowed(), Allowed(informed=False)
_PUBLIC = frozenset({Purpose.PUBLISH, Purpose.USE_PHOTO})
_FITTING: Mapping[Audience, frozenset[Purpose]] = {
    Audience.ALL_MECHANISMS: frozenset(Purpose),
    Audience.NGOS: frozenset(Purpose),
    Audience.GOVERNMENT: frozenset({Purpose.TRANSMIT_TO_GOVERNMENT}),
    Audience.MEDIA: _PUBLIC,
    Audience.PUBLIC: _PUBLIC,
}


class _Verdict(NamedTuple):
    """What the decisions under one name come to, by what the name is to the addressee. None: it does not reach them."""

    own: Permission
    """A mandate or mechanism named itself."""
    wide: Permission
    """A family or class."""
    ngo_family: Permission | None
    ngo_class: Permission


_OWN, _WIDE, _NGO_FAMILY, _NGO_CLASS = range(len(_Verdict._fields))
_MARKS: Mapping[Tlp, tuple[Denied, frozenset[int]]] = {
    Tlp.RED: (Denied("tlp-red"), frozenset({_WIDE, _NGO_CLASS})),
    Tlp.AMBER_STRICT: (Denied("tlp-amber-strict"), frozenset({_NGO_CLASS})),
    Tlp.AMBER: (Denied("tlp-amber"), frozenset()),
    Tlp.GREEN: (Denied("tlp-green"), frozenset()),
}
"""The names under which a mark closes what consent allows. Anything public it closes under every name."""


@dataclass(frozen=True, slots=True)
class Consents:
    """The decisions on one claim as they stand on one day, weighed once for everyone who may ask."""

    verdicts: Mapping[Purpose, Mapping[str, _Verdict]]
    """By purpose and name."""

    def permission(
        self,
        audience: Audience,
        mechanism: str | None,
        purpose: Purpose,
        mandate: str | None = None,
        informed_consent: bool = False,
    ) -> Permission:
        """Whether the claim may be used for this purpose. The arguments are those of ``Addressee``."""
        if purpose not in _FITTING[audience]:
            return _UNFIT
        verdicts = self.verdicts.get(purpose)
        if verdicts is None:
            return _ABSENT
        for name, width in _names(audience, mechanism, mandate):
            found = verdicts.get(name)
            if found is not None and (verdict := found[width]) is not None:
                if informed_consent and verdict == _GRANTED_UNINFORMED:
                    return _NOT_INFORMED
                return verdict
        return _ABSENT


def addressee(mechanism: Mechanism, mandate: str | None = None) -> Addressee:
    """A mechanism, or one of its mandates, as consent knows it."""
    return Addressee(mechanism.audience, mechanism.key, mandate, mechanism.informed_consent)


def weigh(claim: Claim, today: date) -> Consents:
    """Sort the decisions of a claim by purpose and name, and weigh those that have the same width."""
    sorted_out: dict[Purpose, dict[str, list[ConsentRule]]] = defaultdict(lambda: defaultdict(list))
    for decision in claim.consents:
        sorted_out[decision.purpose][decision.recipient].append(decision)
    return Consents(
        {
            purpose: {name: _verdict(_weigh(same, today), purpose, claim.tlp) for name, same in by_name.items()}
            for purpose, by_name in sorted_out.items()
        }
    )


def may(
    claim: Claim, towards: Addressee, purpose: Purpose, now: datetime, level: DisclosureLevel = DisclosureLevel.L1
) -> Granted | Denied:
    """Whether this claim may now be used for this purpose towards this addressee, and which fields that opens.

    level: the most that is asked for; a purpose may open less, and an alert opens nothing but that there is a case.
    """
    permission = weigh(claim, day_of(now)).permission(
        towards.audience, towards.mechanism, purpose, towards.mandate, towards.informed_consent
    )
    if isinstance(permission, Denied):
        return permission
    if not is_credible(claim):
        return _UNLIKELY
    if under_embargo(claim, now):
        return _EMBARGOED
    return Granted(fields_of(claim, level, purpose), permission.rule)


def visible_fields(
    claim: Claim, towards: Addressee, purpose: Purpose, level: DisclosureLevel, now: datetime
) -> frozenset[str] | Denied:
    """The fields of this claim that the addressee may now see for this purpose, up to this level."""
    verdict = may(claim, towards, purpose, now, level)
    return verdict if isinstance(verdict, Denied) else verdict.fields


def visible_claims(
    claims: Iterable[Claim],
    mechanism: str | None,
    audience: Audience,
    purpose: Purpose,
    now: datetime,
    mandate: str | None = None,
    informed_consent: bool = False,
) -> list[Claim]:
    """The claims that may now be used for this purpose, in an order that does not depend on their arrival.

    Left out are claims without consent, under embargo, or held because they are unlikely.
    """
    towards = Addressee(audience, mechanism, mandate, informed_consent)
    allowed = (claim for claim in claims if isinstance(may(claim, towards, purpose, now), Granted))
    return sorted(allowed, key=lambda claim: claim.report_id)


def shown_to(
    towards: Addressee, claims: Iterable[Claim], now: datetime, level: DisclosureLevel = DisclosureLevel.L1
) -> list[Shown]:
    """What the addressee may now be shown of each claim under that claim's own consent, the first received first."""
    in_order = sorted(claims, key=lambda claim: (claim.received_at, claim.report_id))
    verdicts = ((claim, may(claim, towards, Purpose.SHARE, now, level)) for claim in in_order)
    return [redact(claim, verdict.fields) for claim, verdict in verdicts if isinstance(verdict, Granted)]


def day_of(now: datetime) -> date:
    """The day by which consents expire, the same for everyone."""
    return now.astimezone(UTC).date()


def under_embargo(claim: Claim, now: datetime) -> bool:
    """Nothing of a sent letter is told before it becomes public; at ``embargo_until`` itself the embargo is over."""
    return claim.embargo_until is not None and now < claim.embargo_until


def is_credible(claim: Claim) -> bool:
    """An unlikely claim waits for a person; it is neither told nor dropped."""
    return claim.certainty is not Certainty.UNLIKELY


@lru_cache(maxsize=4096)
def _names(audience: Audience, mechanism: str | None, mandate: str | None) -> tuple[tuple[str, int], ...]:
    """Each name that a decision may call the addressee by, the narrowest first, and what that name is to it."""
    is_ngo = audience is Audience.NGOS
    widths = dict.fromkeys(filter(None, (mandate, mechanism)), _OWN)
    if mechanism is not None:
        widths.setdefault(mechanism.partition("-")[0], _NGO_FAMILY if is_ngo else _WIDE)
    class_width = _OWN if audience is Audience.GOVERNMENT else _NGO_CLASS if is_ngo else _WIDE
    widths.setdefault(audience, class_width)
    return tuple(widths.items())


def _weigh(decisions: list[ConsentRule], today: date) -> Permission:
    """At the same width anything but a grant in force denies."""
    present = {decision.status for decision in decisions}
    for status, denied in _DENIALS.items():
        if status in present:
            return denied
    if any(d.expires_on is not None and d.expires_on < today for d in decisions):
        return _EXPIRED
    return _GRANTED if all(d.informed for d in decisions) else _GRANTED_UNINFORMED


def _verdict(weighed: Permission, purpose: Purpose, tlp: Tlp) -> _Verdict:
    """Lay the mark of the report on what its consent says. No grant reaches an NGO through its family."""
    if isinstance(weighed, Denied):
        return _Verdict(weighed, weighed, None if weighed is _EXPIRED else weighed, weighed)
    if tlp not in _MARKS:
        return _Verdict(weighed, weighed, None, weighed)
    denial, closed = _MARKS[tlp]
    if purpose in _PUBLIC:
        return _Verdict(denial, denial, None, denial)
    return _Verdict(weighed, denial if _WIDE in closed else weighed, None, denial if _NGO_CLASS in closed else weighed)
