"""Is anything lost, stuck or altered?"""

from tocsin.devtools.dashboards.panels import Query, Unit, View, counted, lines, number, or_none

CONSERVATION = View(
    "tocsin-conservation",
    "Tocsin: conservation",
    "Is anything lost, stuck or altered?",
    (
        number("Findings that stand", "Anything but 0: `tocsin status`", "sum(hrd_conservation_breaches)", bad_from=1),
        number(
            "Last audit",
            "How long ago; above two minutes nobody checks",
            "time() - max(hrd_auditor_last_run_timestamp_seconds)",
            Unit.SECONDS,
            120,
        ),
        number(
            "Audit log found sound",
            "How long ago, from its beginning to its end",
            "time() - max(hrd_audit_chain_verified_timestamp_seconds)",
            Unit.SECONDS,
            7200,
        ),
        number("Dead letters of the last week", "Not given another try", "max(hrd_dead_letters_waiting)"),
        number(
            "The oldest of them",
            "Since it was put aside",
            "max(hrd_dead_letters_oldest_seconds)",
            Unit.SECONDS,
            zero="none",
        ),
        lines(
            "Findings by kind",
            "What each kind means: the runbook",
            Query(or_none("max by (kind) (hrd_conservation_breaches > 0)", "kind"), "{{kind}}"),
            bad_from=1,
        ),
        lines(
            "Refused, in an hour",
            "By the first problem",
            Query(or_none(counted("hrd_dead_letters_total", "code"), "code"), "{{code}}"),
        ),
        lines(
            "Mails in doubt",
            "Nobody knows whether they left; the mailer asks the provider, then a person",
            Query('max(hrd_deliveries{state="unknown"})', "unknown"),
            bad_from=1,
        ),
        lines(
            "Mails of which two copies were taken",
            "Labelled: the second says that it may be a repeat",
            Query("max by (labelled) (hrd_mail_twins)", "labelled: {{labelled}}"),
        ),
    ),
    span="now-24h",
)
