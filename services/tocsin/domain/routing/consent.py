"""Consent: what is not expressly granted is denied, for each claim, addressee and purpose on its own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TypeAlias

from tocsin.domain.claims import Claim, ConsentRule
from tocsin_schemas.vocabulary import Audience, Certainty, ConsentStatus, Purpose, Tlp


@dataclass(frozen=True, slots=True)
class Allowed:
    rule: str = "consent-granted"


@dataclass(frozen=True, slots=True)
class Denied:
    rule: str


Permission: TypeAlias = Allowed | Denied
_ALLOWED, _ABSENT, _RED, _EXPIRED = Allowed(), Denied("consent-absent"), Denied("tlp-red"), Denied("consent-expired")
_DENIALS = {s: Denied(f"consent-{s}") for s in (ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN, ConsentStatus.UNKNOWN)}
_Verdicts: TypeAlias = Mapping[Purpose, Mapping[str, Permission]]
"""By purpose and name."""


@dataclass(frozen=True, slots=True)
class Consents:
    """The decisions on one claim as they stand on one day, weighed once for every mandate that may ask."""

    verdicts: _Verdicts
    without_grants: _Verdicts
    """What reaches an NGO through its family."""
    red: bool

    def permission(
        self, audience: Audience, mechanism: str, purpose: Purpose, mandate: str | None = None
    ) -> Permission:
        """The narrowest decision prevails: mandate, mechanism, family (``UN`` of ``UN-WGAD``), class.

        A grant to a family does not reach an NGO within it; a refusal does.
        """
        verdicts, without_grants = self.verdicts[purpose], self.without_grants[purpose]
        for name, is_named, grants_count in _widths(audience, mechanism, mandate):
            verdict = (verdicts if grants_count else without_grants).get(name)
            if verdict is not None:
                return _RED if self.red and not is_named else verdict
        return _ABSENT


def weigh(claim: Claim, today: date) -> Consents:
    """Sort the decisions of a claim by purpose and name, and weigh those that have the same width."""
    other = [d for d in claim.consents if d.status is not ConsentStatus.GRANTED]
    return Consents(_verdicts(claim.consents, today), _verdicts(other, today), claim.tlp is Tlp.RED)


def may(
    claim: Claim, audience: Audience, mechanism: str, purpose: Purpose, now: datetime, mandate: str | None = None
) -> Permission:
    """Whether this claim may be used for this purpose towards this mechanism.

    audience: the class that the mechanism belongs to (``Mechanism.audience``).
    mandate: the seat within the mechanism; a decision that names it is the narrowest of all.
    """
    return weigh(claim, now.date()).permission(audience, mechanism, purpose, mandate)


def visible_claims(
    claims: Iterable[Claim],
    mechanism: str,
    audience: Audience,
    purpose: Purpose,
    now: datetime,
    mandate: str | None = None,
) -> list[Claim]:
    """The claims of which this mechanism may now be told, in an order that does not depend on their arrival.

    Left out are claims without consent, under embargo, or held because they are unlikely.
    """
    return sorted(
        (
            claim
            for claim in claims
            if is_credible(claim)
            and not under_embargo(claim, now)
            and isinstance(may(claim, audience, mechanism, purpose, now, mandate), Allowed)
        ),
        key=lambda claim: claim.report_id,
    )


def under_embargo(claim: Claim, now: datetime) -> bool:
    """Nothing of a sent letter is told before it becomes public; at ``embargo_until`` itself the embargo is over."""
    return claim.embargo_until is not None and now < claim.embargo_until


def is_credible(claim: Claim) -> bool:
    """An unlikely claim waits for a person; it is neither told nor dropped."""
    return claim.certainty is not Certainty.UNLIKELY


@lru_cache(maxsize=1024)
def _widths(audience: Audience, mechanism: str, mandate: str | None) -> tuple[tuple[str, bool, bool], ...]:
    """Each name that a decision may be about, the narrowest first: whether it names them, whether a grant counts."""
    family = mechanism.partition("-")[0]
    names = dict.fromkeys(name for name in (mandate, mechanism, family, audience) if name is not None)
    named = {mandate, mechanism}
    grants_count = names if audience is not Audience.NGOS else {*named, audience}
    return tuple((name, name in named, name in grants_count) for name in names)


def _verdicts(decisions: Iterable[ConsentRule], today: date) -> _Verdicts:
    sorted_out: dict[Purpose, dict[str, list[ConsentRule]]] = {purpose: defaultdict(list) for purpose in Purpose}
    for decision in decisions:
        sorted_out[decision.purpose][decision.recipient].append(decision)
    return {
        purpose: {name: _weigh(same, today) for name, same in by_name.items()}
        for purpose, by_name in sorted_out.items()
    }


def _weigh(decisions: list[ConsentRule], today: date) -> Permission:
    """At the same width anything but a grant in force denies."""
    present = {d.status for d in decisions}
    for status, denial in _DENIALS.items():
        if status in present:
            return denial
    if any(d.expires_on is not None and d.expires_on < today for d in decisions):
        return _EXPIRED
    return _ALLOWED
