"""Where is time lost between a report and its mail?"""

from tocsin.devtools.dashboards.panels import Query, Unit, View, lines, number, quantile

PIPELINE = View(
    "tocsin-pipeline",
    "Tocsin: pipeline",
    "Where is time lost between a report and its mail?",
    (
        lines(
            "Share of what an objective allows (1 is all of it)",
            "Error ratio of an hour by the budget; above 14.4 it pages",
            Query("slo:error_ratio:rate1h / on (slo) slo:error_budget", "{{slo}}"),
            bad_from=14.4,
        ),
        lines(
            "Reports in an hour", "", Query("sum by (family) (increase(hrd_reports_received_total[1h]))", "{{family}}")
        ),
        lines(
            "Age of events when done, 99 of 100",
            "Above ten seconds the objective is missed",
            Query(quantile(0.99, "hrd_event_age_seconds", "consumer"), "{{consumer}}"),
            unit=Unit.SECONDS,
            bad_from=10,
        ),
        lines(
            "Behind the broker",
            "",
            Query("max by (consumer) (hrd_consumer_lag_messages)", "{{consumer}}"),
            bad_from=500,
        ),
        lines(
            "Messages done, in a second",
            "",
            Query("sum by (consumer, outcome) (rate(hrd_messages_processed_total[5m]))", "{{consumer}} {{outcome}}"),
            unit=Unit.RATE,
        ),
        lines(
            "Events published, in a second",
            "",
            Query("sum by (topic) (rate(hrd_events_published_total[5m]))", "{{topic}}"),
            unit=Unit.RATE,
        ),
        lines(
            "Waiting in the outbox", "Events committed and not published", Query("max(hrd_outbox_pending)", "events")
        ),
        lines(
            "The oldest in the outbox",
            "",
            Query("max(hrd_outbox_oldest_seconds)", "age"),
            unit=Unit.SECONDS,
            bad_from=60,
        ),
        lines(
            "Reports that wait their turn",
            "Of mechanisms that send more than their share",
            Query("max by (urgent) (hrd_reports_parked)", "urgent: {{urgent}}"),
            Query("sum by (outcome) (increase(hrd_reports_released_total[1h]))", "had its turn: {{outcome}}"),
        ),
        lines(
            "The oldest that waits its turn",
            "",
            Query("max(hrd_reports_parked_oldest_seconds)", "age"),
            unit=Unit.SECONDS,
            bad_from=900,
        ),
        lines(
            "Lateness of what falls due, 99 of 100",
            "Escalations, embargoes, replies",
            Query(quantile(0.99, "hrd_due_time_lateness_seconds", "kind", over="15m"), "{{kind}}"),
            unit=Unit.SECONDS,
            bad_from=60,
        ),
        number(
            "Since the canary's last drill was delivered",
            "One every five minutes",
            "time() - max(hrd_canary_last_timestamp_seconds)",
            Unit.SECONDS,
            600,
        ),
        lines(
            "Components that do not work as they should",
            "1 while it is so",
            Query('max by (component, standing) (hrd_component_standing{standing!="working"} > 0)', "{{component}}"),
            bad_from=1,
        ),
        lines(
            "The canary's drills, half of them",
            "From publishing to acceptance, and to delivery",
            Query(quantile(0.5, "hrd_canary_seconds", "until", over="1h"), "{{until}}"),
            Query("sum by (outcome) (increase(hrd_canary_drills_total[1h]))", "drills: {{outcome}}"),
            unit=Unit.SECONDS,
        ),
    ),
)
