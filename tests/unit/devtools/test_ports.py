"""A port that was chosen is still there when its owner begins to listen."""

import socket

from tocsin.devtools.ports import free_ports, is_free


def test_the_ports_are_distinct_and_free() -> None:
    ports = free_ports(40)
    assert len(set(ports)) == 40
    assert all(map(is_free, ports))


def test_no_outgoing_connection_is_given_one_of_them() -> None:
    assert max(free_ports(40)) < 32_768


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not is_free(taken.getsockname()[1])
