"""Where is time lost between a report and its mail?"""

from tocsin.devtools.dashboards.panels import Query, Unit, View, counted, lines, number, or_none, quantile

PIPELINE = View(
    "tocsin-pipeline",
    "Tocsin: pipeline",
    "Where is time lost between a report and its mail?",
    (
        number(
            "Last drill delivered",
            "How long ago; one every five minutes",
            "time() - max(hrd_canary_last_timestamp_seconds)",
            Unit.SECONDS,
            600,
        ),
        number(
            "Components failing",
            "Those that do not work as they should, by the canary's word",
            'sum(hrd_component_standing{standing!="working"})',
            bad_from=1,
        ),
        number("Behind the broker", "Of the consumer furthest behind", "max(hrd_consumer_lag_messages)", bad_from=500),
        number(
            "Oldest in the outbox",
            "Committed and not published",
            "max(hrd_outbox_oldest_seconds)",
            Unit.SECONDS,
            60,
            zero="none",
        ),
        number(
            "Oldest waiting its turn",
            "Of mechanisms that send more than their share",
            "max(hrd_reports_parked_oldest_seconds)",
            Unit.SECONDS,
            900,
            zero="none",
        ),
        lines(
            "Share of what an objective allows (1 is all of it)",
            "Error ratio of an hour by the budget; above 14.4 it pages",
            Query("slo:error_ratio:rate1h / on (slo) slo:error_budget", "{{slo}}"),
            unit=Unit.TIMES,
            bad_from=14.4,
        ),
        lines(
            "Reports in an hour",
            "By family of publisher",
            Query(or_none(counted("hrd_reports_received_total", "family"), "family"), "{{family}}"),
        ),
        lines(
            "Age of events when done, 99 of 100",
            "Above ten seconds the objective is missed",
            Query(quantile(0.99, "hrd_event_age_seconds", "consumer"), "{{consumer}}"),
            unit=Unit.SECONDS,
            bad_from=10,
        ),
        lines(
            "Behind the broker, by consumer",
            "Messages that it has and has not done",
            Query("max by (consumer) (hrd_consumer_lag_messages)", "{{consumer}}"),
            bad_from=500,
        ),
        lines(
            "Messages done, in a second",
            "By what came of them",
            Query("sum by (consumer, outcome) (rate(hrd_messages_processed_total[5m]))", "{{consumer}} {{outcome}}"),
            unit=Unit.RATE,
        ),
        lines(
            "Events published, in a second",
            "By topic",
            Query("sum by (topic) (rate(hrd_events_published_total[5m]))", "{{topic}}"),
            unit=Unit.RATE,
        ),
        lines(
            "Waiting in the outbox", "Events committed and not published", Query("max(hrd_outbox_pending)", "events")
        ),
        lines(
            "Reports that wait their turn",
            "Of mechanisms that send more than their share, and in an hour those that had it",
            Query("max by (urgent) (hrd_reports_parked)", "urgent: {{urgent}}"),
            Query(counted("hrd_reports_released_total", "outcome"), "had its turn: {{outcome}}"),
        ),
        lines(
            "Lateness of what falls due, 99 of 100",
            "Escalations, embargoes, replies; no line where nothing fell due in a quarter of an hour",
            Query(quantile(0.99, "hrd_due_time_lateness_seconds", "kind", over="15m"), "{{kind}}"),
            unit=Unit.SECONDS,
            bad_from=60,
        ),
        lines(
            "Kept by browsers from happening on our pages, in an hour",
            "By the directive of the policy",
            Query(or_none(counted("hrd_policy_violations_total", "directive"), "directive"), "{{directive}}"),
        ),
        lines(
            "Components that do not work as they should",
            "1 while it is so",
            Query(
                or_none('max by (component) (hrd_component_standing{standing!="working"} > 0)', "component"),
                "{{component}}",
            ),
            bad_from=1,
        ),
        lines(
            "The canary's drills, half of them",
            "From publishing to acceptance, and to delivery",
            Query(quantile(0.5, "hrd_canary_seconds", "until", over="1h"), "{{until}}"),
            unit=Unit.SECONDS,
        ),
        lines(
            "The canary's drills, in an hour",
            "By what became of them",
            Query(or_none(counted("hrd_canary_drills_total", "outcome"), "outcome"), "{{outcome}}"),
        ),
    ),
)
