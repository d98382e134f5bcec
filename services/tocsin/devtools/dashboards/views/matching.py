"""Does the matcher join what belongs together, and nothing else?"""

from tocsin.devtools.dashboards.panels import Query, Unit, View, lines, number

_OF_MATCHES = '{kind=~"possible_duplicate|component_alarm|matching_incomplete"}'
MATCHING = View(
    "tocsin-matching",
    "Tocsin: matching quality",
    "Does the matcher join what belongs together, and nothing else?",
    (
        lines(
            "Decisions on new reports, in a day",
            "",
            Query("sum by (decision) (increase(hrd_dedup_decisions_total[1d]))", "{{decision}}"),
        ),
        lines(
            "Share of doubtful decisions",
            "More doubt is more work for people",
            Query(
                'sum(increase(hrd_dedup_decisions_total{decision="possible_duplicate"}[1d]))'
                " / sum(increase(hrd_dedup_decisions_total[1d]))",
                "doubtful",
            ),
            unit=Unit.SHARE,
        ),
        lines(
            "Joined by the matcher, parted by people, in a day",
            "",
            Query("max(delta(hrd_dedup_undone[1d]))", "undone"),
            bad_from=1,
        ),
        number("Parted in all", "", "max(hrd_dedup_undone)"),
        lines(
            "Open reviews of matches",
            "",
            Query(
                f"max by (kind) (hrd_reviews_open{_OF_MATCHES})",
                "{{kind}}",
            ),
        ),
        lines(
            "The oldest of them",
            "",
            Query(
                f"max by (kind) (hrd_reviews_oldest_seconds{_OF_MATCHES})",
                "{{kind}}",
            ),
            unit=Unit.SECONDS,
            bad_from=14400,
        ),
    ),
    span="now-7d",
)
