"""Do we ask too much of people?"""

from tocsin.devtools.dashboards.panels import Query, Unit, View, counted, lines, number, or_none

HUMAN_LOAD = View(
    "tocsin-human-load",
    "Tocsin: human load",
    "Do we ask too much of those who are told, and of those who decide?",
    (
        number(
            "Most mails to one person",
            "In the last seven days",
            'max(hrd_mails_per_person{statistic="most"})',
        ),
        number("Open reviews", "Of every kind", "sum(hrd_reviews_open)"),
        number(
            "Oldest review",
            "Above four hours somebody waits for us",
            "max(hrd_reviews_oldest_seconds)",
            Unit.SECONDS,
            14400,
            zero="none",
        ),
        number("Alerts in nobody's hands", "Of every priority", "sum(hrd_alerts_unacknowledged)"),
        lines(
            "Mails to one person in seven days",
            "Half of those who had any, and the most",
            Query("max by (statistic) (hrd_mails_per_person)", "{{statistic}}"),
        ),
        lines(
            "Updates for each alert raised, in a day",
            "Above five, mails should be gathered",
            Query(
                '(sum(increase(hrd_alerts_total{event=~".*updated"}[1d])) or vector(0))'
                ' / sum(increase(hrd_alerts_total{event=~".*raised"}[1d]))',
                "updates",
            ),
            unit=Unit.TIMES,
            bad_from=5,
        ),
        lines(
            "Open reviews by kind",
            "What each kind asks: the runbook",
            Query(or_none("max by (kind) (hrd_reviews_open > 0)", "kind"), "{{kind}}"),
        ),
        lines(
            "The oldest review of each kind",
            "Above four hours somebody waits for us",
            Query(or_none("max by (kind) (hrd_reviews_oldest_seconds > 0)", "kind"), "{{kind}}"),
            unit=Unit.AGE,
            bad_from=14400,
        ),
        lines(
            "Alerts in nobody's hands, by priority",
            "Told, and not yet answered",
            Query("max by (priority) (hrd_alerts_unacknowledged)", "{{priority}}"),
        ),
        lines(
            "Escalations in a day",
            "By the tier that was told",
            Query(or_none(counted("hrd_escalations_total", "level", "1d"), "level"), "{{level}}"),
        ),
    ),
    span="now-7d",
)
