"""The figures of triage: how grave a violation is, what is soon, and from how many on a group is large."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from tocsin.domain.claims import Claim
from tocsin_schemas.vocabulary import AccountabilityStatus, Urgency, ViolationType

LIFE, INTEGRITY, LIBERTY, RESTRICTION, LAW = 4, 3, 2, 1, 0

IMMEDIATE = timedelta(hours=72)
"""Harm within this time is immediate (CAP 1.2, urgency; urgent appeals: Code of Conduct, A/HRC/RES/5/2, art. 10)."""
EXPECTED = timedelta(days=30)
"""Harm within this time is expected (CAP 1.2, urgency)."""
LARGE_GROUP = 10
"""So many victims are a large group."""
LONG_DETENTION = timedelta(days=365)
"""A case of so long a detention may be an emblematic one."""

_V = ViolationType
SEVERITIES: Mapping[ViolationType, int] = MappingProxyType(
    {
        # Life, and disappearance, which endangers it (Declaration A/RES/47/133, art. 1.2).
        **dict.fromkeys((_V.KILLING, _V.DEATH_IN_CUSTODY, _V.DEATH_THREAT, _V.ENFORCED_DISAPPEARANCE), LIFE),
        # What the Special Rapporteur on torture sends urgent appeals on, refoulement among it (ohchr.org, SRTorture).
        **dict.fromkeys(
            (
                _V.TORTURE,
                _V.ILL_TREATMENT,
                _V.SEXUAL_VIOLENCE,
                _V.INCOMMUNICADO,
                _V.DENIAL_OF_MEDICAL_CARE,
                _V.PHYSICAL_ATTACK,
                _V.DEPORTATION,
            ),
            INTEGRITY,
        ),
        # Liberty (Fact Sheet 26), home and family.
        **dict.fromkeys(
            (
                _V.ARREST,
                _V.ARBITRARY_DETENTION,
                _V.HOUSE_ARREST,
                _V.CONVICTION,
                _V.FORCED_EVICTION,
                _V.ATTACK_ON_RELATIVES,
            ),
            LIBERTY,
        ),
        # What no person has been subjected to yet.
        **dict.fromkeys((_V.RESTRICTIVE_LAW, _V.FOREIGN_AGENT_LAW), LAW),
    }
)
"""Every violation that is not named here is a harassment or a restriction."""

DEPRIVING_OF_LIBERTY = frozenset(
    {
        _V.ARREST,
        _V.ARBITRARY_DETENTION,
        _V.HOUSE_ARREST,
        _V.INCOMMUNICADO,
        _V.CONVICTION,
        _V.ENFORCED_DISAPPEARANCE,
    }
)
"""Not free to leave at will (WGAD, revised deliberation No. 9)."""

UNPUNISHED = frozenset(
    {AccountabilityStatus.STALLED, AccountabilityStatus.CLOSED_NO_CHARGE, AccountabilityStatus.AMNESTY}
)
"""No inquiry leads to a charge or a penalty any more, in fact or in law (E/CN.4/2005/102/Add.1, definition A)."""


def severity(claim: Claim) -> int:
    """4 life, 3 integrity, 2 liberty, 1 harassment or restriction, 0 law or policy."""
    if claim.risk_to_life or claim.whereabouts_unknown:
        return LIFE
    gravest = max((SEVERITIES.get(violation, RESTRICTION) for violation in claim.violations), default=LAW)
    if claim.risk_to_integrity or claim.risk_to_health or claim.care_denied or claim.incommunicado:
        return max(gravest, INTEGRITY)
    return gravest


def is_detained(claim: Claim) -> bool:
    """Whether somebody is or was held, by any of the violations that deprive of liberty."""
    return claim.incommunicado or not DEPRIVING_OF_LIBERTY.isdisjoint(claim.violations)


def is_incommunicado(claim: Claim) -> bool:
    """Whether somebody is or was held without access to a lawyer or the family."""
    return claim.incommunicado or _V.INCOMMUNICADO in claim.violations


def is_at_risk(claim: Claim) -> bool:
    """Whether life, integrity or health is at risk: as reported, or because the fact itself is such a risk.

    It is in a disappearance, in care denied, and in any violation of life or integrity that goes on or is near.
    """
    reported = claim.risk_to_life or claim.risk_to_integrity or claim.risk_to_health
    pressing = claim.ongoing or claim.urgency in {Urgency.IMMEDIATE, Urgency.EXPECTED}
    lies_in_fact = claim.whereabouts_unknown or claim.care_denied
    return reported or lies_in_fact or (pressing and severity(claim) >= INTEGRITY)
