"""Do we ask too much of people?"""

from tocsin.devtools.dashboards.panels import Query, Unit, View, lines

HUMAN_LOAD = View(
    "tocsin-human-load",
    "Tocsin: human load",
    "Do we ask too much of those who are told, and of those who decide?",
    (
        lines(
            "Mails to one person in seven days",
            "Half of those who had any, and the most",
            Query("max by (statistic) (hrd_mails_per_person)", "{{statistic}}"),
        ),
        lines("Open reviews", "", Query("max by (kind) (hrd_reviews_open > 0)", "{{kind}}")),
        lines(
            "The oldest review of each kind",
            "",
            Query("max by (kind) (hrd_reviews_oldest_seconds > 0)", "{{kind}}"),
            unit=Unit.SECONDS,
            bad_from=14400,
        ),
        lines("Alerts in nobody's hands", "", Query("max by (priority) (hrd_alerts_unacknowledged)", "{{priority}}")),
        lines(
            "Escalations in a day",
            "By the tier that was told",
            Query("sum by (level) (increase(hrd_escalations_total[1d]))", "{{level}}"),
        ),
        lines(
            "Updates for each alert raised, in a day",
            "Above five, mails should be gathered",
            Query(
                '(sum(increase(hrd_alerts_total{event=~".*updated"}[1d])) or vector(0))'
                ' / sum(increase(hrd_alerts_total{event=~".*raised"}[1d]))',
                "updates",
            ),
            bad_from=5,
        ),
    ),
    span="now-7d",
)
