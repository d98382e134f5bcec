"""Is anybody waiting for us?"""

from tocsin.devtools.dashboards.panels import Query, Unit, View, counted, lines, number, or_none, quantile

_ANSWERED, _URGENT = "hrd_acknowledgement_seconds", 'priority=~"P1|P2"'
DUTY_WALL = View(
    "tocsin-duty-wall",
    "Tocsin: duty wall",
    "For the screen on the wall: is anybody waiting for us?",
    (
        number(
            "Oldest P1 in nobody's hands",
            "Call whoever was told, above half an hour",
            'max(hrd_alerts_oldest_unacknowledged_seconds{priority="P1"})',
            Unit.SECONDS,
            1800,
            legend="Oldest P1",
            zero="none",
        ),
        number(
            "Oldest P2 in nobody's hands",
            "Above four hours the next in line are told",
            'max(hrd_alerts_oldest_unacknowledged_seconds{priority="P2"})',
            Unit.SECONDS,
            14400,
            legend="Oldest P2",
            zero="none",
        ),
        number(
            "Urgent alerts in nobody's hands",
            "P1 and P2",
            'sum(hrd_alerts_unacknowledged{priority=~"P1|P2"})',
            legend="Urgent alerts",
        ),
        number(
            "Oldest review",
            "Above four hours somebody waits for us",
            "max(hrd_reviews_oldest_seconds)",
            Unit.SECONDS,
            14400,
            legend="Oldest review",
            zero="none",
        ),
        number(
            "Stuck or missing",
            "Anything but 0: see Conservation",
            "sum(hrd_conservation_breaches)",
            bad_from=1,
            legend="Stuck, missing",
        ),
        number(
            "Services that do not answer",
            "Of those that Prometheus knows",
            'sum(up{job="tocsin"} == bool 0)',
            bad_from=1,
            legend="Services away",
        ),
        lines(
            "Time to take urgent alerts in hand",
            "Of urgent ones taken in hand in the last six hours: half, and nineteen of twenty",
            Query(quantile(0.5, _ANSWERED, "priority", _URGENT, "6h"), "{{priority}} half"),
            Query(quantile(0.95, _ANSWERED, "priority", _URGENT, "6h"), "{{priority}} 95 %"),
            unit=Unit.AGE,
        ),
        lines(
            "Told because nobody had answered",
            "Tiers told in an hour, and alerts that nobody took in hand in time",
            Query(or_none(counted("hrd_escalations_total", "level"), "level"), "{{level}}"),
            Query(counted("hrd_alerts_unanswered_total", "priority"), "unanswered {{priority}}"),
        ),
        lines(
            "Since the newest report of a family",
            "Silence may be the news",
            Query("max by (family) (hrd_source_silence_seconds)", "{{family}}"),
            unit=Unit.AGE,
        ),
        lines(
            "Alerts in an hour",
            "By what was decided, and by priority",
            Query(or_none(counted("hrd_alerts_total", "event, priority"), "event"), "{{event}} {{priority}}"),
        ),
    ),
    for_a_wall=True,
)
