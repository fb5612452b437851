"""Rule 9: warnings are errors, and sockets to anywhere but this machine are closed."""

import socket
import warnings

import pytest

from tests.closed_network import NetworkClosedError


def test_a_warning_fails_the_test() -> None:
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_another_machine_cannot_be_reached(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried, pytest.raises(NetworkClosedError):
        tried.connect((host, 80))


def test_names_of_other_machines_are_not_looked_up() -> None:
    with pytest.raises(NetworkClosedError):
        socket.getaddrinfo("example.org", 80)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
