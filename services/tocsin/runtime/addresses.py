"""Network addresses of those who ask. IPv4 written as IPv6 (``::ffff:…``, RFC 4291, 2.5.5.2) counts as IPv4."""

import ipaddress
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address


def is_within(address: str, networks: Iterable[str]) -> bool:
    """networks: CIDR, IPv4 or IPv6."""
    given = _read(address)
    return given is not None and any(given in ipaddress.ip_network(network) for network in networks)


def neighbourhood(address: str) -> str:
    """What is counted as one: an IPv4 address, or the /64 that an IPv6 customer has (RFC 6177); "" for what is none."""
    given = _read(address)
    if isinstance(given, IPv6Address):
        return str(ipaddress.ip_network((given, 64), strict=False))
    return "" if given is None else str(given)


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        given = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (given.ipv4_mapped or given) if isinstance(given, IPv6Address) else given
