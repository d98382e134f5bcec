"""Decisions of consent for tests."""

from datetime import date

from tocsin.domain.claims import ConsentRule
from tocsin_schemas.vocabulary import Audience, ConsentStatus, Purpose


def decision(
    recipient: Audience | str,
    status: ConsentStatus = ConsentStatus.GRANTED,
    purpose: Purpose = Purpose.ALERT,
    expires_on: date | None = None,
    informed: bool = False,
) -> ConsentRule:
    return ConsentRule(recipient=recipient, purpose=purpose, status=status, expires_on=expires_on, informed=informed)
