"""What breaks at the start comes out as it was raised; sockets are had or refused in words."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from app.console.serve.server import AddressUnfit, Options, PortTaken, listen, run
from pkg.app import ServeConfig
from pkg.errors import Unavailable


async def nothing(state: Any, grace: float) -> None:
    return


def test_a_free_port_is_bound_and_may_be_handed_on() -> None:
    with listen("127.0.0.1", 0) as bound:
        assert bound.getsockname()[1] > 0
        assert bound.get_inheritable()


def test_a_port_is_had_by_one_only() -> None:
    with listen("127.0.0.1", 0) as bound, pytest.raises(PortTaken, match="is taken on"):
        listen("127.0.0.1", bound.getsockname()[1])


@pytest.mark.parametrize("host", ["192.0.2.1", "host.invalid"])
def test_a_foreign_address_is_refused(host: str) -> None:
    with pytest.raises(AddressUnfit):
        listen(host, 0)


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_ipv6_is_spoken_where_the_address_is_one() -> None:
    try:
        bound = listen("::1", 0)
    except AddressUnfit:
        pytest.skip("this machine has no ::1")
    with bound:
        assert bound.family == socket.AF_INET6


def test_what_breaks_the_start_of_the_application_is_raised_as_it_was() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise Unavailable("the database is away")

    ready: list[bool] = []
    with listen("127.0.0.1", 0) as bound, pytest.raises(Unavailable, match="the database is away"):
        run(broken, ServeConfig(), bound, Options(lambda: ready.append(True), drain=nothing))

    assert ready == []
