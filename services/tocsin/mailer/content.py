"""What a mail may say, read from the database at the last moment before it is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import visible_claims
from tocsin.store import alerts, cases, deliveries, directory, reports
from tocsin.store.alerts import Alert
from tocsin.store.deliveries import Delivery, Terms
from tocsin.store.deployment import Deployment
from tocsin.store.vault import Erased
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import DeliveryCause
from tocsin_schemas.directory import Recipient
from tocsin_schemas.knowledge import Knowledge, Mandate
from tocsin_schemas.vocabulary import Purpose


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that one mail is written from. ``claims``: those whose facts consent lets this recipient be shown."""

    delivery: Delivery
    reference: str
    claims: Sequence[Claim]
    mandate: Mandate | None
    rule: str
    level: DisclosureLevel
    terms: Terms
    root: Terms
    """Terms of the first mail of the thread."""
    language: str
    address: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """Nothing may be told any more."""

    cause: DeliveryCause
    detail: str


@dataclass(slots=True)
class Contents:
    """Reads letters within one transaction; what mails of one case share is read once."""

    connection: Connection
    deployment: Deployment
    knowledge: Knowledge
    now: datetime
    _claims: dict[str, list[Claim]] = field(default_factory=dict)
    _references: dict[str, str] = field(default_factory=dict)
    _people: dict[str, Recipient | None] = field(default_factory=dict)

    def letter(self, delivery: Delivery) -> Letter | Withheld:
        """The letter for ``delivery``. Consent is asked again here: it may have been withdrawn since the alert."""
        alert = alerts.get(self.connection, delivery.alert_id)
        if alert is None or alert.state == "closed":
            return Withheld(DeliveryCause.WITHDRAWN, "alert-closed")
        if alert.state == "held" or not self._visible(alert, Purpose.ALERT):
            return Withheld(DeliveryCause.CONSENT, "no-claim-may-be-told")
        person = self._person(delivery.recipient_id)
        try:
            address = directory.address_of(self.connection, self.deployment.vault, delivery.recipient_id)
        except Erased:
            return Withheld(DeliveryCause.WITHDRAWN, "recipient-gone")
        if person is None:
            return Withheld(DeliveryCause.WITHDRAWN, "recipient-gone")
        terms, root = self._terms(delivery)
        shared = self._visible(alert, Purpose.SHARE)
        level = min(DisclosureLevel(alert.level), person.level, DisclosureLevel.L1) if shared else DisclosureLevel.L0
        return Letter(
            delivery=delivery,
            reference=self.reference(delivery.case_id),
            claims=shared,
            mandate=next((m for m in self.knowledge.mandates if m.key == alert.mandate), None),
            rule=alert.rule,
            level=level,
            terms=terms,
            root=root,
            language=person.language,
            address=address,
        )

    def reference(self, case_id: str) -> str:
        if case_id not in self._references:
            self._references[case_id] = cases.get(self.connection, case_id).reference
        return self._references[case_id]

    def _visible(self, alert: Alert, purpose: Purpose) -> list[Claim]:
        """Claims that this mechanism may be alerted of, or whose coded facts it may be shown."""
        if alert.case_id not in self._claims:
            self._claims[alert.case_id] = reports.claims_of(self.connection, alert.case_id)
        mechanism = self.knowledge.mechanisms.get(alert.mechanism)
        if mechanism is None:
            return []
        known = self._claims[alert.case_id]
        visible = visible_claims(known, mechanism.key, mechanism.audience, purpose, self.now, alert.mandate)
        return sorted(visible, key=lambda claim: (claim.received_at, claim.report_id))

    def _person(self, recipient_id: str) -> Recipient | None:
        if recipient_id not in self._people:
            self._people[recipient_id] = directory.find(self.connection, recipient_id)
        return self._people[recipient_id]

    def _terms(self, delivery: Delivery) -> tuple[Terms, Terms]:
        own = deliveries.terms_of(self.connection, delivery.delivery_id)
        assert own is not None, "a claimed delivery was requested before"
        if delivery.round == 0:
            return own, own
        first = self.deployment.identities.delivery(delivery.alert_id, delivery.recipient_id, delivery.channel, 0)
        return own, deliveries.terms_of(self.connection, first) or own
