"""Who hears by mail that something has happened in a case: who was told, less who wants to hear less, and who follows.

What must be told is told whatever anybody wishes: that it is withdrawn, corrected or urgent from now on, and what a
mandate owes itself an answer to. Nobody hears of one happening twice.
"""

from collections.abc import Mapping, Sequence

from tocsin_schemas.alerts import UpdateCause

OPTIONAL = frozenset(
    {
        UpdateCause.CORROBORATED,
        UpdateCause.LINKED,
        UpdateCause.ACTION_PLANNED,
        UpdateCause.ACTION_TAKEN,
        UpdateCause.STATE_REPLIED,
        UpdateCause.ESCALATED,
    }
)
"""What one may do without."""
Wishes = Mapping[str, Mapping[str, bool]]
"""By alert, who follows its case (true), and who wants no more mail of it than must be (false)."""


def hearers(told: Mapping[str, Sequence[str]], wishes: Wishes, cause: UpdateCause) -> dict[str, list[str]]:
    """By alert, to whom to write, each person once; alerts with nobody are left out.

    told: the alerts that the happening concerns, each with those to whom it is written unless they wish otherwise.
    """
    of_these = [wishes.get(alert_id, {}) for alert_id in told]
    silent = {p for chosen in of_these for p, follows in chosen.items() if not follows and cause in OPTIONAL}
    heard = set(silent)
    found: dict[str, list[str]] = {alert_id: _fresh(people, heard) for alert_id, people in told.items()}
    for alert_id in told:
        followers = sorted(person for person, follows in wishes.get(alert_id, {}).items() if follows)
        found[alert_id] += _fresh(followers, heard)
    return {alert_id: people for alert_id, people in found.items() if people}


def _fresh(people: Sequence[str], heard: set[str]) -> list[str]:
    """Those who have not heard yet; from now on they have."""
    fresh = [person for person in dict.fromkeys(people) if person not in heard]
    heard.update(fresh)
    return fresh
