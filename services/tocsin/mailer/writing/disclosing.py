"""What a letter discloses, of each claim on which it rests: to be recorded before it leaves."""

from collections.abc import Mapping
from datetime import datetime

from tocsin.mailer.writing.letters import Basis, GatheredLetter, Letter, Written
from tocsin.store.alerting.disclosures import Disclosure
from tocsin_schemas.alerts import DisclosureLevel


def disclosures_of(written: Written, now: datetime) -> list[Disclosure]:
    """What is told of each claim, to be recorded before it leaves: under the mails that were asked for."""
    if isinstance(written, GatheredLetter):
        attempt = written.delivery.attempt
        return [made for entry in written.entries for made in _disclosed(entry, attempt, now)]
    return _disclosed(written, written.delivery.attempt, now) if isinstance(written, Letter) else []


def _disclosed(letter: Letter, attempt: int, now: datetime) -> list[Disclosure]:
    delivery, opened = letter.delivery, {report.report_id: report.shown for report in letter.opened}
    return [
        Disclosure(
            delivery_id=delivery.delivery_id,
            attempt=attempt,
            report_id=basis.report_id,
            alert_id=letter.alert_id,
            case_id=letter.case_id,
            recipient_id=delivery.recipient_id,
            level=_level(letter, basis, opened).value,
            fields=sorted(basis.fields | opened.get(basis.report_id, frozenset())),
            told_at=now,
        )
        for basis in letter.rests_on
    ]


def _level(letter: Letter, basis: Basis, opened: Mapping[str, frozenset[str]]) -> DisclosureLevel:
    if basis.report_id in opened:
        return DisclosureLevel.L2
    return letter.level if basis.fields else DisclosureLevel.L0
