"""Free ports: the wanted one, or the next."""

import socket

import pytest

from launch.errors import LaunchError
from launch.ports import answers, free_port, is_free


def listening() -> socket.socket:
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    return server


def test_a_taken_port_is_passed_over() -> None:
    with listening() as server:
        port = server.getsockname()[1]
        assert not is_free(port)
        assert answers(port)
        assert free_port(port) > port
    assert free_port(port) == port
    assert not answers(port)


def test_a_port_taken_on_ipv6_alone_is_not_free() -> None:
    with socket.socket(socket.AF_INET6) as server:
        try:
            server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            server.bind(("::1", 0))
        except OSError:
            pytest.xfail("this machine has no IPv6")
        server.listen()
        assert not is_free(server.getsockname()[1])


def test_a_port_that_is_bound_but_not_listened_on_is_not_free() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        assert not is_free(server.getsockname()[1])


def test_no_port_left_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launch.ports.is_free", lambda port: False)
    with pytest.raises(LaunchError, match="No port from 65000"):
        free_port(65_000)
