"""Does the matcher join what belongs together, and nothing else?"""

from tocsin.devtools.dashboards.panels import Query, Unit, View, counted, lines, number, or_none

_OF_MATCHES = '{kind=~"possible_duplicate|component_alarm|matching_incomplete"}'
_PARTED_IN_A_DAY = "max(delta(hrd_dedup_undone[1d]))"
MATCHING = View(
    "tocsin-matching",
    "Tocsin: matching quality",
    "Does the matcher join what belongs together, and nothing else?",
    (
        number("Open reviews of matches", "Doubtful pairs wait for a person", f"sum(hrd_reviews_open{_OF_MATCHES})"),
        number(
            "The oldest of them",
            "Above four hours somebody waits for us",
            f"max(hrd_reviews_oldest_seconds{_OF_MATCHES})",
            Unit.SECONDS,
            14400,
            zero="none",
        ),
        number("Parted in a day", "Joined by the matcher, parted by people", _PARTED_IN_A_DAY, bad_from=1),
        number("Parted in all", "Joined by the matcher, parted by people", "max(hrd_dedup_undone)"),
        lines(
            "Decisions on new reports, in a day",
            "Of all that came in",
            Query(or_none(counted("hrd_dedup_decisions_total", "decision", "1d"), "decision"), "{{decision}}"),
        ),
        lines(
            "Share of doubtful decisions",
            "Of a day; more doubt is more work for people",
            Query(
                'sum(increase(hrd_dedup_decisions_total{decision="possible_duplicate"}[1d]))'
                " / sum(increase(hrd_dedup_decisions_total[1d]))",
                "doubtful",
            ),
            unit=Unit.SHARE,
        ),
        lines(
            "Joined by the matcher, parted by people, in a day",
            "One in two hundred of those joined is too many",
            Query(_PARTED_IN_A_DAY, "undone"),
            bad_from=1,
        ),
        lines(
            "Open reviews of matches by kind",
            "What each kind asks: the runbook",
            Query(f"max by (kind) (hrd_reviews_open{_OF_MATCHES})", "{{kind}}"),
        ),
        lines(
            "The oldest of each kind",
            "Above four hours somebody waits for us",
            Query(f"max by (kind) (hrd_reviews_oldest_seconds{_OF_MATCHES})", "{{kind}}"),
            unit=Unit.AGE,
            bad_from=14400,
        ),
    ),
    span="now-7d",
)
