"""Generated questions of consent: whom something may be told to, and what was decided about it."""

from datetime import UTC, datetime, timedelta
from random import Random

from tocsin.domain.claims import ConsentRule
from tocsin.domain.routing.consent import Addressee, addressee
from tocsin.knowledge.load import load
from tocsin_schemas.vocabulary import Audience, ConsentStatus, Purpose

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
KNOWLEDGE = load()
EVERYONE = [
    *(Addressee(audience) for audience in (Audience.GOVERNMENT, Audience.MEDIA, Audience.PUBLIC) for _ in range(12)),
    *(addressee(mechanism) for mechanism in KNOWLEDGE.mechanisms.values()),
    *(addressee(KNOWLEDGE.mechanisms[mandate.mechanism], mandate.key) for mandate in KNOWLEDGE.mandates),
]
FAMILIES = sorted({key.partition("-")[0] for key in KNOWLEDGE.mechanisms})
STATUSES = [*[ConsentStatus.GRANTED] * 6, *ConsentStatus]
"""Grants are frequent, or nearly everything would be denied for the first reason that comes."""


def names_of(towards: Addressee) -> list[str]:
    mechanism = towards.mechanism or ""
    return [name for name in (towards.mandate, mechanism, mechanism.partition("-")[0], towards.audience) if name]


def a_decision(random: Random, towards: Addressee, purpose: Purpose) -> ConsentRule:
    others = [*Audience, *FAMILIES, "UN-NOBODY", random.choice(EVERYONE).mechanism or "NOBODY"]
    return ConsentRule.model_construct(
        recipient=random.choice(names_of(towards) if random.random() < 0.8 else others),
        purpose=purpose if random.random() < 0.8 else random.choice(list(Purpose)),
        status=random.choice(STATUSES),
        informed=random.random() < 0.8,
        expires_on=NOON.date() + timedelta(random.randint(-2, 2)) if random.random() < 0.3 else None,
    )
