"""A resolver that takes whatever comes in the order in which it comes: who sends most is served most."""

from tocsin.resolver.__main__ import main
from tocsin.resolver.admitting import Admitting


def _at_once(*_: object) -> None:
    return None


if __name__ == "__main__":
    Admitting.__call__ = _at_once  # type: ignore[assignment,method-assign]
    main()
