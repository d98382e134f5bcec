"""Code words as people read them, and the tone of a state. Colour never says anything alone: each tone has a sign."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from tocsin.store.overview import AlertLine

_TONES = {
    "good": {"delivered", "raised", "accepted", "route", "granted"},
    "waiting": {"requested", "claimed", "deferred", "held", "unknown", "possible_duplicate"},
    "bad": {"rejected", "bounced", "dropped", "complained", "withdrawn", "refused"},
}
_SIGNS = {
    "granted": "✓",
    "delivered": "✓",
    "accepted": "→",
    "raised": "✓",
    "route": "✓",
    "requested": "…",
    "claimed": "…",
    "deferred": "…",
    "held": "‖",
    "unknown": "?",
    "refusal": "–",
}


_PHRASES = {
    "unrouted": "nobody told",
    "certainty": "certainty in doubt",
    "isolated_message": "message put aside",
    "no_recipient": "no recipient in the directory",
    "ngos": "NGOs",
}


def words(code: str) -> str:
    """``arbitrary_detention`` -> ``arbitrary detention``; identifiers in capitals stay as they are."""
    plain = code if code.isupper() else code.replace("_", " ").replace("-", " ")
    return _PHRASES.get(code, plain)


def moment(at: datetime | str) -> str:
    """at: with its zone; as text, in ISO 8601."""
    known = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{known.astimezone(UTC):%d %b %Y %H:%M:%S} UTC"


def mails(deliveries: Mapping[str, int]) -> str:
    """``{"delivered": 2}`` -> ``2 delivered``; one mail needs no number."""
    return ", ".join(words(s) if n == 1 else f"{n} {words(s)}" for s, n in deliveries.items())


def by_mail_state(told: Iterable[AlertLine]) -> list[tuple[str, Sequence[str], list[str]]]:
    """(words, states, mandates): alerts whose mails stand alike are read in one line."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for alert in told:
        states = tuple(alert.deliveries) or (("requested",) if alert.recipients else ())
        groups.setdefault(states, []).append(alert.mandate)
    return [
        (", ".join(map(words, states)) or "told through another mandate", states, mandates)
        for states, mandates in sorted(groups.items(), key=lambda group: -len(group[1]))
    ]


def tone(states: str | Iterable[str]) -> str:
    """The most worrying tone of a state or of several."""
    each = _each(states)
    found = {name for name, members in _TONES.items() for state in each if state in members}
    return next((name for name in ("bad", "waiting", "good") if name in found), "quiet")


def sign(states: str | Iterable[str]) -> str:
    each = _each(states)
    overall = tone(each)
    if overall == "bad":
        return "✕"
    return next((_SIGNS[state] for state in each if state in _SIGNS and tone(state) == overall), "·")


def _each(states: str | Iterable[str]) -> list[str]:
    return [states] if isinstance(states, str) else list(states)
