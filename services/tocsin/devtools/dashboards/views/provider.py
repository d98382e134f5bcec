"""Does mail leave, and does it arrive?"""

from tocsin.devtools.dashboards.panels import Query, Unit, View, lines, number, quantile

_URGENT = 'stage="{stage}", urgent="yes"'
PROVIDER = View(
    "tocsin-provider",
    "Tocsin: provider",
    "Does mail leave, and does it arrive?",
    (
        lines(
            "Answers of the providers, in an hour",
            "",
            Query(
                "sum by (provider, outcome) (increase(hrd_provider_responses_total[1h]))", "{{provider}} {{outcome}}"
            ),
        ),
        lines(
            "Breakers that are not closed",
            "1: only probed",
            Query('max by (provider, state) (hrd_provider_breaker{state!="closed"})', "{{provider}} {{state}}"),
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
        lines("Deliveries by state", "", Query("max by (state) (hrd_deliveries)", "{{state}}")),
        lines(
            "The oldest in each state",
            "Of those at no end yet",
            Query("max by (state) (hrd_deliveries_oldest_seconds)", "{{state}}"),
            unit=Unit.SECONDS,
        ),
        lines(
            "Did not arrive, in an hour",
            "By what was done instead",
            Query("sum by (turned) (increase(hrd_undelivered_total[1h]))", "{{turned}}"),
        ),
        lines(
            "Posts to the webhook, in an hour",
            "",
            Query("sum by (outcome) (increase(hrd_webhook_events_total[1h]))", "{{outcome}}"),
        ),
        number("Since the provider's newest event", "", "max(hrd_webhook_newest_event_seconds)", Unit.SECONDS),
        number(
            "Mails of which no event has come",
            "Taken a quarter of an hour ago",
            "max(hrd_mails_without_event)",
            bad_from=1,
        ),
        number(
            "Duty-holders whose mail is dropped",
            "On a list of the provider's",
            "sum(hrd_recipients_suppressed)",
            bad_from=1,
        ),
        number(
            "Since those lists were read",
            "",
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
            "Looked up in the provider's log, in an hour",
            "",
            Query("sum by (outcome) (increase(hrd_backfilled_total[1h]))", "{{outcome}}"),
        ),
    ),
)
