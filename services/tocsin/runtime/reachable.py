"""Does anything listen there? Asked before a client is made: clients take long to find out, and leave sockets open."""

import socket


def is_reachable(bootstrap: str, timeout: float = 3.0) -> bool:
    """Whether one of ``host:port,host:port`` accepts a connection."""
    return any(_accepts(address, timeout) for address in bootstrap.split(","))


def _accepts(address: str, timeout: float) -> bool:
    host, _, port = address.strip().rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout).close()
    except (OSError, ValueError):
        return False
    return True
