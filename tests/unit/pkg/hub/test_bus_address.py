"""How the address of a bus in Redis is read."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from pkg.hub.bus import BadBusUrl
from pkg.hub.bus.drivers.redis.address import Address, read_address
from tests.vendors.tls import tls_for


def places(address: Address) -> list[tuple[str, int]]:
    return [(server.host, server.port) for server in address.entries]


def test_one_server_is_read_as_redis_py_reads_it() -> None:
    address = read_address("redis://ann:a%20secret@host:7000/3")

    assert (address.mode, places(address), address.db) == ("single", [("host", 7000)], 3)
    assert (address.base.username, address.base.password) == ("ann", "a secret")
    assert address.base.tls is None


def test_a_server_without_a_port_listens_where_redis_does() -> None:
    assert places(read_address("redis://host")) == [("host", 6379)]


def test_a_unix_socket_is_a_path() -> None:
    address = read_address("unix://:secret@/run/redis.sock?db=2")

    assert (address.base.path, address.base.password, address.db) == (
        "/run/redis.sock",
        "secret",
        2,
    )


def test_a_cluster_has_several_entries_and_one_way_to_be_spoken_to() -> None:
    address = read_address("rediss+cluster://:secret@one:7000,two,[::1]:7002?ssl_cert_reqs=none")

    assert address.mode == "cluster"
    assert places(address) == [("one", 7000), ("two", 6379), ("::1", 7002)]
    assert {server.password for server in address.entries} == {"secret"}
    assert {server.tls for server in address.entries} == {address.base.tls}


def test_sentinels_have_a_password_of_their_own_and_a_service() -> None:
    url = "redis+sentinel://:secret@one,two:7000/chat/4?sentinel_password=other"
    address = read_address(url)

    assert (address.mode, address.service, address.db) == ("sentinel", "chat", 4)
    assert places(address) == [("one", 26379), ("two", 7000)]
    assert {server.password for server in address.entries} == {"other"}
    assert address.base.password == "secret"


def test_tls_is_checked_unless_the_address_says_otherwise(tmp_path: Path) -> None:
    ca = tls_for(tmp_path).ca
    checked = read_address(f"rediss://host?ssl_ca_certs={ca}").base.tls
    unchecked = read_address("rediss://host?ssl_cert_reqs=none").base.tls

    assert checked is not None
    assert unchecked is not None
    assert (checked.verify_mode, checked.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert unchecked.verify_mode == ssl.CERT_NONE


def test_the_options_of_a_pool_mean_nothing_to_a_bus() -> None:
    url = "redis://host?max_connections=9&timeout=3&decode_responses=true&protocol=3"

    assert places(read_address(url)) == [("host", 6379)]


@pytest.mark.parametrize(
    "url",
    [
        "http://host",
        "redis+ring://host",
        "redis+sentinel://host",
        "unix+sentinel:///run/redis.sock/chat",
        "redis://host:99999",
        "redis+cluster://one:port",
        "rediss://host?ssl_ca_certs=/nowhere/ca.pem",
        "rediss://host?ssl_cert_reqs=perhaps",
    ],
)
def test_what_is_no_address_is_told_without_being_quoted(url: str) -> None:
    with pytest.raises(BadBusUrl) as refused:
        read_address(url)

    assert url not in str(refused.value)


def test_a_password_is_in_no_repr() -> None:
    assert "secret" not in repr(read_address("redis+cluster://:secret@one,two"))
