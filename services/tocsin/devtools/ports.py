"""Free ports on loopback."""

import random
import socket
from contextlib import suppress

_OURS = range(10_240, 32_768)
"""Below those that systems give to outgoing connections, one of which could take a port before its owner listens."""


def free_ports(number: int) -> list[int]:
    """Distinct ports that nobody listens on at this moment, from a place of their own: others may be choosing too."""
    found: list[int] = []
    port = random.choice(_OURS)  # noqa: S311 - not for secrets
    while len(found) < number:
        if is_free(port):
            found.append(port)
        port = port + 1 if port + 1 in _OURS else _OURS.start
    return found


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of loopback now."""
    with socket.socket() as tried, suppress(OSError):
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind(("127.0.0.1", port))
        return True
    return False
