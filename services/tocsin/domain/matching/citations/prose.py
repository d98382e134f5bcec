"""Where in a report people quote numbers in prose."""

from tocsin_schemas.reports import Report


def prose_of(report: Report) -> list[str]:
    """The narratives and the free texts about this event.

    Left out: what is sealed, the law and the charges, earlier attacks, and protection that outlasts a single event.
    """
    violation, detention, risk = report.violation, report.detention, report.risk
    texts = [n.text for n in report.narratives]
    texts += _given(violation.current_situation, violation.means, violation.link_to_defence_work)
    if detention:
        texts += _given(detention.stated_reason, detention.sentence, detention.steps_to_locate, detention.treatment)
    if accountability := report.accountability:
        texts += _given(
            accountability.complaints,
            accountability.authority_reply,
            accountability.investigations,
            accountability.protection_offered,
            accountability.remedies_unavailable_because,
        )
    if risk:
        texts += _given(risk.gravity, risk.urgency_facts, risk.irreparable_harm, risk.protection_fails_because)
        texts += _given(risk.measures_sought)
    if report.reprisal:
        texts += _given(report.reprisal.adverse_act)
    return texts


def cooperation_of(report: Report) -> list[str]:
    """What a reprisal answers: the numbers there are as often those of the earlier case as those of this one."""
    return _given(report.reprisal.known_by, report.reprisal.evidence) if report.reprisal else []


def _given(*texts: str | None) -> list[str]:
    return [text for text in texts if text is not None]
