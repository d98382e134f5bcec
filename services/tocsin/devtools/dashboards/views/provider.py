"""Does mail leave, and does it arrive?"""

from tocsin.devtools.dashboards.panels import Query, Unit, View, counted, lines, number, or_none, quantile

_URGENT = 'stage="{stage}", urgent="yes"'
_UNDER_WAY = '{state=~"requested|claimed|unknown|accepted|deferred"}'
_ENDED = '{state=~"delivered|bounced|dropped|rejected|complained"}'
PROVIDER = View(
    "tocsin-provider",
    "Tocsin: provider",
    "Does mail leave, and does it arrive?",
    (
        number(
            "Provider's newest event",
            "How long ago; long silence after mail has left: the webhook is not reached",
            "max(hrd_webhook_newest_event_seconds)",
            Unit.SECONDS,
        ),
        number(
            "Mails without an event",
            "Of mails taken a quarter of an hour ago",
            "max(hrd_mails_without_event)",
            bad_from=1,
        ),
        number(
            "Duty-holders dropped",
            "Their addresses are on a list of the provider's, which drops their mail",
            "sum(hrd_recipients_suppressed)",
            bad_from=1,
        ),
        number(
            "Provider's lists read",
            "How long ago; every hour, where that provider is in use",
            "time() - max(hrd_suppressions_read_timestamp_seconds)",
            Unit.SECONDS,
            10800,
        ),
        number(
            "Told twice unawares",
            "Twins of which the second does not say so",
            'max(hrd_mail_twins{labelled="no"})',
            bad_from=1,
        ),
        lines(
            "Urgent mail: to the provider's acceptance",
            "Since it was asked for; 99 of 100, and half",
            Query(quantile(0.99, "hrd_mail_seconds", where=_URGENT.format(stage="accepted")), "99 %"),
            Query(quantile(0.5, "hrd_mail_seconds", where=_URGENT.format(stage="accepted")), "half"),
            unit=Unit.SECONDS,
            bad_from=30,
        ),
        lines(
            "Urgent mail: from acceptance to delivery",
            "99 of 100, and half",
            Query(quantile(0.99, "hrd_mail_seconds", where=_URGENT.format(stage="delivered")), "99 %"),
            Query(quantile(0.5, "hrd_mail_seconds", where=_URGENT.format(stage="delivered")), "half"),
            unit=Unit.SECONDS,
            bad_from=300,
        ),
        lines(
            "Answers of the providers, in an hour",
            "To what was handed to them",
            Query(
                or_none(counted("hrd_provider_responses_total", "provider, outcome"), "provider"),
                "{{provider}} {{outcome}}",
            ),
        ),
        lines(
            "Breakers that are not closed",
            "1 while it is so: open, nothing is sent that way; half open, it is only probed",
            Query('max by (provider, state) (hrd_provider_breaker{state!="closed"})', "{{provider}} {{state}}"),
            bad_from=1,
        ),
        lines(
            "Mails under way",
            "At no end yet",
            Query(f"max by (state) (hrd_deliveries{_UNDER_WAY})", "{{state}}"),
        ),
        lines(
            "The oldest in each state",
            "Of those at no end yet",
            Query(f"max by (state) (hrd_deliveries_oldest_seconds{_UNDER_WAY})", "{{state}}"),
            unit=Unit.AGE,
            bad_from=300,
        ),
        lines(
            "Mails that came to an end, in an hour",
            "By how",
            Query(f"clamp_min(max by (state) (delta(hrd_deliveries{_ENDED}[1h])), 0)", "{{state}}"),
        ),
        lines(
            "Did not arrive, in an hour",
            "By what was done instead",
            Query(or_none(counted("hrd_undelivered_total", "turned"), "turned"), "{{turned}}"),
        ),
        lines(
            "Posts to the webhook, in an hour",
            "By what came of them",
            Query(or_none(counted("hrd_webhook_events_total", "outcome"), "outcome"), "{{outcome}}"),
        ),
        lines(
            "Looked up in the provider's log, in an hour",
            "Where no event has told",
            Query(or_none(counted("hrd_backfilled_total", "outcome"), "outcome"), "{{outcome}}"),
        ),
    ),
)
