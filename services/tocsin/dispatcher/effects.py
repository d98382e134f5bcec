"""What each kind of due time is for."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from tocsin.dispatcher.alerting import Alerting
from tocsin.dispatcher.due import Effect
from tocsin.dispatcher.escalating import Escalating
from tocsin.dispatcher.following_up import FollowingUp
from tocsin.dispatcher.reminding import Reminding
from tocsin.store.alerting.due_times import DueTime, Kind


def effects_of(alerting: Alerting) -> Mapping[Kind, Effect]:
    """An effect for every kind."""

    def route_again(connection: Connection, due: DueTime, now: datetime) -> str:
        assert due.case_id is not None, "its subject is a case"
        return alerting.evaluate(connection, due.case_id, now)

    escalating, following = Escalating(alerting), FollowingUp(alerting)
    moments = (Kind.EMBARGO_END, Kind.CONSENT_EXPIRY, Kind.CRITICAL_DATE, Kind.LOOK_AGAIN)
    return dict.fromkeys(moments, route_again) | {
        Kind.ESCALATION: escalating.escalate,
        Kind.REMINDER: Reminding(escalating).remind,
        Kind.ACKNOWLEDGEMENT: escalating.give_up,
        Kind.ACTION_EMBARGO_END: following.publish,
        Kind.REPLY_DUE: following.reply_overdue,
        Kind.RECOMMENDATION_DUE: following.recommendation_overdue,
        Kind.EMBLEMATIC_REVIEW: following.look_at_label,
    }
