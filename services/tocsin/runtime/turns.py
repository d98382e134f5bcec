"""How often in a minute something that anybody may ask for is done, in one process."""

_MINUTE = 60.0


class Turns:
    """most: in a minute."""

    def __init__(self, most: int) -> None:
        self._most, self._since, self._taken = most, 0.0, 0

    def take(self, now: float) -> bool:
        """Whether there is a turn left. now: seconds of a clock that never goes back."""
        if now - self._since >= _MINUTE:
            self._since, self._taken = now, 0
        self._taken += 1
        return self._taken <= self._most
