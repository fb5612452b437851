"""Closes sockets to anywhere but this machine, so that a test can neither wait for the network nor tell it anything."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest


class NetworkClosedError(AssertionError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True, scope="session")
def closed_network() -> Iterator[None]:
    """Only this machine can be connected to, and only its names are looked up."""
    closed = pytest.MonkeyPatch()
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded(call: Any) -> Any:
        def checked(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _check(address[0])
            return call(self, address)

        return checked

    def resolve(host: Any, *rest: Any, **more: Any) -> Any:
        _check(host)
        return getaddrinfo(host, *rest, **more)

    closed.setattr(socket.socket, "connect", guarded(connect))
    closed.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    closed.setattr(socket, "getaddrinfo", resolve)
    yield
    closed.undo()


def _check(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", "0.0.0.0", "::"):
        return
    try:
        is_here = ipaddress.ip_address(name).is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise NetworkClosedError(f"tests must not reach {name}")
