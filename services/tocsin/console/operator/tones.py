"""How worrying a state is. Colour never says anything alone: each tone has a sign, and each state its words."""

from collections.abc import Iterable, Mapping

GOOD, WAITING, BAD, QUIET = "good", "waiting", "bad", "quiet"
MAILED = {
    **dict.fromkeys(("delivered", "accepted"), GOOD),
    **dict.fromkeys(("requested", "claimed", "deferred", "unknown"), WAITING),
    **dict.fromkeys(("rejected", "bounced", "dropped", "complained"), BAD),
}
"""States of mails."""
CONSENT = {"granted": GOOD, "unknown": WAITING, "refused": BAD, "withdrawn": BAD}
ALERT = {"raised": GOOD, "held": WAITING}
_WORST_FIRST = (BAD, WAITING, GOOD)


def worst(states: Iterable[str], tones: Mapping[str, str] = MAILED) -> str:
    """The most worrying tone of several states."""
    found = {tones.get(state, QUIET) for state in states}
    return next((tone for tone in _WORST_FIRST if tone in found), QUIET)
