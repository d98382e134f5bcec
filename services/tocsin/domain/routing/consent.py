"""Consent: what is not expressly granted is denied, for each claim, addressee and purpose on its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
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


def may(
    claim: Claim, audience: Audience, mechanism: str, purpose: Purpose, now: datetime, mandate: str | None = None
) -> Permission:
    """Whether this claim may be used for this purpose towards this mechanism.

    audience: the class that the mechanism belongs to (``Mechanism.audience``).
    mandate: the seat within the mechanism; a decision that names it is the narrowest of all.

    The narrowest decision prevails: mandate, mechanism, family (``UN`` of ``UN-WGAD``), class. A grant to a family
    does not reach an NGO within it; a refusal does.
    """
    for name in _widths(audience, mechanism, mandate):
        decisions = [c for c in claim.consents if c.purpose is purpose and c.recipient == name]
        if audience is Audience.NGOS and name not in {mandate, mechanism, audience}:
            decisions = [c for c in decisions if c.status is not ConsentStatus.GRANTED]
        if decisions:
            if claim.tlp is Tlp.RED and name not in {mandate, mechanism}:
                return Denied("tlp-red")
            return _weigh(decisions, now)
    return Denied("consent-absent")


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
            if isinstance(may(claim, audience, mechanism, purpose, now, mandate), Allowed)
            and not under_embargo(claim, now)
            and is_credible(claim)
        ),
        key=lambda claim: claim.report_id,
    )


def under_embargo(claim: Claim, now: datetime) -> bool:
    """Nothing of a sent letter is told before it becomes public; at ``embargo_until`` itself the embargo is over."""
    return claim.embargo_until is not None and now < claim.embargo_until


def is_credible(claim: Claim) -> bool:
    """An unlikely claim waits for a person; it is neither told nor dropped."""
    return claim.certainty is not Certainty.UNLIKELY


def _widths(audience: Audience, mechanism: str, mandate: str | None) -> list[str]:
    family = mechanism.partition("-")[0]
    return list(dict.fromkeys(name for name in (mandate, mechanism, family, audience) if name is not None))


def _weigh(decisions: list[ConsentRule], now: datetime) -> Permission:
    """At the same width anything but a grant in force denies."""
    for status in (ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN, ConsentStatus.UNKNOWN):
        if any(d.status is status for d in decisions):
            return Denied(f"consent-{status}")
    if any(d.expires_on is not None and d.expires_on < now.date() for d in decisions):
        return Denied("consent-expired")
    return Allowed()
