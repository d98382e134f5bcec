"""What a mail may say, read from the database at the last moment before it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from tocsin.domain.claims import Claim
from tocsin.domain.following.acting import LETTERS
from tocsin.domain.routing.chain import chain
from tocsin.domain.routing.consent import addressee
from tocsin.domain.routing.directory import Directory, index
from tocsin.domain.routing.mandates import holds_on
from tocsin.domain.routing.preferences import applied
from tocsin.mailer.writing import opening
from tocsin.mailer.writing.full_text import Opened
from tocsin.mailer.writing.letters import Act, Basis, DrillLetter, GatheredLetter, Letter, Postponed, Withheld, Written
from tocsin.mailer.writing.resting import bases
from tocsin.runtime.openpgp import Certificate
from tocsin.store.alerting import acknowledgements, alerts, viewings
from tocsin.store.alerting.alerts import Alert
from tocsin.store.casework import cases, reports, sealed_reports
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries as directory
from tocsin.store.directory import preferences
from tocsin.store.following import actions
from tocsin.store.following.actions import Asking
from tocsin.store.mail import drills, gathering, threads
from tocsin.store.mail.deliveries import Delivery
from tocsin.store.mail.gathering import CARRIERS
from tocsin.store.mail.threads import Thread
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import Channel, DeliveryCause, MailKind
from tocsin_schemas.directory import RecipientEntry
from tocsin_schemas.knowledge import Knowledge, Mandate

_LOOK_AGAIN = timedelta(seconds=5)
_HIGHEST = DisclosureLevel.L1
"""Nothing above it leaves in clear; see ``opening``."""
_GONE = Withheld(DeliveryCause.WITHDRAWN, "recipient-gone")
_OUT_OF_OFFICE = Withheld(DeliveryCause.WITHDRAWN, "term-over")
"""What was told is still called back from them, but nothing more is told."""
_CONCERNED_NO_MORE = Withheld(DeliveryCause.WITHDRAWN, "concerned-no-more")
_NOTHING_LEFT = Withheld(DeliveryCause.WITHDRAWN, "nothing-to-tell")
_DRILL_OVER = Withheld(DeliveryCause.DRILL, "drill-over")
_ASKING_AGAIN = frozenset({MailKind.ESCALATION, MailKind.REMINDER})
"""Kinds that are needless once somebody has the alert in hand."""
_NEVER_TOLD = Withheld(DeliveryCause.EARLIER_MAIL, "nothing-to-call-back")
_Addressee = tuple[RecipientEntry, str]
"""A person and the address."""


@dataclass(slots=True)
class Contents:
    """Reads letters within one transaction; what mails of one case share is read once."""

    connection: Connection
    deployment: Deployment
    knowledge: Knowledge
    now: datetime
    _claims: dict[str, list[Claim]] = field(default_factory=dict)
    _references: dict[str, str] = field(default_factory=dict)
    _people: dict[tuple[str, Channel], _Addressee | Withheld] = field(default_factory=dict)
    _acts: dict[tuple[str, str, str], list[Act]] = field(default_factory=dict)
    _everybody: Directory | None = None
    altered: list[directory.Altered] = field(default_factory=list)
    """Entries that were not believed, for operators to look at."""
    left_out: list[tuple[Delivery, Withheld]] = field(default_factory=list)
    """What bundles and digests were to tell, and may not or need not any more."""

    def letter(self, delivery: Delivery) -> Written:
        """The letter for ``delivery``. Consent is asked again here: it may have been withdrawn since the alert."""
        if delivery.kind in CARRIERS:
            return self._gathered(delivery)
        if delivery.kind is MailKind.DRILL:
            return self._exercise(delivery)
        return self._of_one(delivery)

    def _gathered(self, delivery: Delivery) -> GatheredLetter | Withheld:
        """What of it may be told now, up to level 1. The rest is left out, each with its cause."""
        addressee = self._addressee(delivery.recipient_id, Channel(delivery.channel))
        found = [(item, self._of_one(item)) for item in gathering.carried(self.connection, [delivery.delivery_id])]
        told = [letter for _, letter in found if isinstance(letter, Letter)]
        entries = [
            replace(letter, reference=self._standing(letter.case_id), opened=(), certificate=None) for letter in told
        ]
        self.left_out += [(item, letter) for item, letter in found if isinstance(letter, Withheld)]
        if isinstance(addressee, Withheld):
            return addressee
        if not entries:
            return _NOTHING_LEFT
        person, address = addressee
        return GatheredLetter(delivery, entries, person.language, person.timezone, address)

    def _exercise(self, delivery: Delivery) -> DrillLetter | Withheld:
        drill = None if delivery.drill_id is None else drills.get(self.connection, delivery.drill_id)
        addressee = self._addressee(delivery.recipient_id, Channel(delivery.channel))
        if isinstance(addressee, Withheld):
            return addressee
        if drill is None or drill.settled_at is not None or drill.answer_by <= self.now:
            return _DRILL_OVER
        person, address = addressee
        mandate = self._mandate(drill.mandate)
        seat = (person.language, person.timezone, address)
        return DrillLetter(delivery, drill.drill_id, mandate, drill.answer_by, *seat)

    def _of_one(self, delivery: Delivery) -> Letter | Withheld | Postponed:
        alert = None if delivery.alert_id is None else alerts.get(self.connection, delivery.alert_id)
        if alert is None:
            return Withheld(DeliveryCause.WITHDRAWN, "alert-closed")
        thread = threads.thread_of(self.connection, delivery)
        addressee = self._addressee(delivery.recipient_id, Channel(delivery.channel))
        if isinstance(addressee, Withheld):
            return addressee
        if delivery.kind is MailKind.WITHDRAWAL:
            return self._calling_back(delivery, alert, thread, addressee)
        return self._telling(delivery, alert, thread, addressee)

    def _calling_back(
        self, delivery: Delivery, alert: Alert, thread: Thread, to: _Addressee
    ) -> Letter | Withheld | Postponed:
        """Only to those who were told, or may have been; and nothing of the case is in it."""
        if not thread.left and not viewings.has_seen(self.connection, alert.alert_id, delivery.recipient_id):
            until = self.now + _LOOK_AGAIN
            return Postponed(until, DeliveryCause.EARLIER_MAIL, "earlier-mail-open") if thread.awaited else _NEVER_TOLD
        person, address = to
        return Letter(
            delivery=delivery,
            alert_id=alert.alert_id,
            case_id=alert.case_id,
            reference=self.reference(alert.case_id),
            rests_on=(),
            mandate=None,
            rule="",
            level=DisclosureLevel.L0,
            terms=thread.terms,
            root=thread.root,
            language=person.language,
            timezone=person.timezone,
            address=address,
        )

    def _telling(self, delivery: Delivery, alert: Alert, thread: Thread, to: _Addressee) -> Letter | Withheld:
        if alert.state == "closed":
            return Withheld(DeliveryCause.WITHDRAWN, "alert-closed")
        asks_again = delivery.kind in _ASKING_AGAIN
        if asks_again and acknowledgements.is_answered(self.connection, alert.alert_id, alert.priority):
            return Withheld(DeliveryCause.ANSWERED, "answered-meanwhile")
        person, address = to
        if not holds_on(person, self.now.date()):
            return _OUT_OF_OFFICE
        if delivery.kind is MailKind.UPDATE and not self._is_concerned(alert, delivery.recipient_id):
            return _CONCERNED_NO_MORE
        most = min(DisclosureLevel(alert.level), person.highest_level)
        rests_on = self._bases(alert, min(most, _HIGHEST))
        if alert.state == "held" or not rests_on:
            return Withheld(DeliveryCause.CONSENT, "no-claim-may-be-told")
        level = _HIGHEST if any(basis.fields for basis in rests_on) else DisclosureLevel.L0
        opened, certificate = self._opened(alert, person) if most > _HIGHEST else ((), None)
        return Letter(
            delivery=delivery,
            alert_id=alert.alert_id,
            case_id=alert.case_id,
            reference=self.reference(alert.case_id),
            rests_on=rests_on,
            mandate=self._mandate(alert.mandate),
            rule=alert.rule,
            level=level,
            terms=thread.terms,
            root=thread.root,
            language=person.language,
            timezone=person.timezone,
            address=address,
            acted=self._acted(alert) if level is _HIGHEST else (),
            asked_since=threads.asked_since(self.connection, alert.alert_id) if asks_again else None,
            opened=opened,
            certificate=certificate,
        )

    def _is_concerned(self, alert: Alert, recipient_id: str) -> bool:
        """Whether the person was told of the alert, or stands in its line now: who follows a case may have left it."""
        if recipient_id in alert.recipients:
            return True
        if self._everybody is None:
            self._everybody = index(directory.read(self.connection, self.deployment).recipients)
        line = chain(alert.mandate, self._everybody, self.now)
        return any(recipient_id in tier.recipients for tier in line)

    def reference(self, case_id: str) -> str:
        if case_id not in self._references:
            self._references[case_id] = cases.get(self.connection, case_id).reference
        return self._references[case_id]

    def _standing(self, case_id: str) -> str:
        """The reference of what the case has become part of: what waited together is told as one case."""
        return self.reference(cases.current(self.connection, case_id))

    def _mandate(self, key: str | None) -> Mandate | None:
        return next((mandate for mandate in self.knowledge.mandates if mandate.key == key), None)

    def _bases(self, alert: Alert, level: DisclosureLevel) -> list[Basis]:
        if alert.case_id not in self._claims:
            self._claims[alert.case_id] = reports.claims_of(self.connection, alert.case_id)
        mechanism = self.knowledge.mechanisms.get(alert.mechanism)
        if mechanism is None:
            return []
        return bases(self._claims[alert.case_id], mechanism, alert.mandate, level, self.now)

    def _opened(self, alert: Alert, person: RecipientEntry) -> tuple[Sequence[Opened], Certificate | None]:
        """The full text that the person may have, and the certificate to encrypt it to; neither without the other."""
        mechanism = self.knowledge.mechanisms.get(alert.mechanism)
        certificate = opening.certificate_of(person, self.now)
        if mechanism is None or certificate is None:
            return (), None
        towards = addressee(mechanism, alert.mandate)
        bodies = self._bodies(alert.case_id)
        found = opening.opened(bodies, self._claims[alert.case_id], towards, self.now)
        return (found, certificate) if found else ((), None)

    def _bodies(self, case_id: str) -> Mapping[str, Mapping[str, Any]]:
        try:
            return sealed_reports.live_bodies(self.connection, self.deployment.vault, case_id)
        except sealed_reports.Unreadable:  # the gate stops whatever is said of such a case
            return {}

    def _acted(self, alert: Alert) -> list[Act]:
        """Who has acted already, as far as this mechanism may see it."""
        of = (alert.case_id, alert.mechanism, alert.mandate)
        if of not in self._acts:
            self._acts[of] = self._read_acts(*of)
        return self._acts[of]

    def _read_acts(self, case_id: str, mechanism: str, mandate: str) -> list[Act]:
        return [
            Act(
                mechanisms=[self._names(key) for key in dict.fromkeys((act.mechanism, *act.signatories))],
                action=act.action.value,
                planned=act.planned,
                on=act.on,
                replied=act.replied if act.replied or (act.action in LETTERS and not act.planned) else None,
            )
            for act in actions.visible(self.connection, Asking(case_id, mechanism, mandate), self.now)
        ]

    def _names(self, key: str) -> Mapping[str, str]:
        """Of a mechanism, or of a mandate within one, by language; the key if it is neither."""
        named = self.knowledge.mechanisms.get(key) or self._mandate(key)
        return (named.name if named else {}) or {"en": key}

    def _addressee(self, recipient_id: str, channel: Channel) -> _Addressee | Withheld:
        if (recipient_id, channel) not in self._people:
            self._people[recipient_id, channel] = self._look_up(recipient_id, channel)
        return self._people[recipient_id, channel]

    def _look_up(self, recipient_id: str, channel: Channel) -> _Addressee | Withheld:
        try:
            found = directory.find_sound(self.connection, self.deployment, recipient_id)
            entry = None if found is None else directory.entry_of(self.connection, self.deployment, found)
        except directory.Erased:
            return _GONE
        except directory.Altered as altered:
            self.altered.append(altered)
            return Withheld(DeliveryCause.RECIPIENT_ALTERED, "recipient-altered")
        if entry is None or channel not in entry.addresses:
            return _GONE
        wishes = preferences.of(self.connection, self.deployment.identities, recipient_id)
        return applied(entry, wishes), entry.addresses[channel]
