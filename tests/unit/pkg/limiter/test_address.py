from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.limiter import client_ip, ip_key

NONE: tuple[()] = ()
NOWHERE = "0.0.0.0"  # noqa: S104  what an unknown address is counted by
PROXIES = tuple(ip_network(text) for text in ("127.0.0.1/32", "10.0.0.0/8", "fd00::/8"))
OUTSIDE = st.one_of(
    st.ip_addresses(v=4, network="198.51.100.0/24"), st.ip_addresses(v=6, network="2001:db8::/32")
).map(str)
PROXY = st.one_of(
    st.ip_addresses(v=4, network="10.0.0.0/8"), st.ip_addresses(v=6, network="fd00::/8")
).map(str)
WRITTEN = st.lists(st.text(max_size=40) | st.ip_addresses().map(str), max_size=5)


@pytest.mark.rule(79)
@given(peer=OUTSIDE, forwarded=WRITTEN)
def test_inherited_forwarded_header_believed(peer: str, forwarded: list[str]) -> None:
    assert client_ip(peer, forwarded, NONE) == peer
    assert client_ip(peer, forwarded, PROXIES) == peer


@pytest.mark.rule(79)
@given(peer=PROXY, caller=OUTSIDE, inner=st.lists(PROXY, max_size=3), forged=WRITTEN)
def test_behind_proxies_of_ours_the_rightmost_stranger_is_the_caller(
    peer: str, caller: str, inner: list[str], forged: list[str]
) -> None:
    whole = ", ".join([*forged, caller, *inner])

    assert client_ip(peer, [whole], PROXIES) == caller
    assert client_ip(peer, [*forged, caller, *inner], PROXIES) == caller


@pytest.mark.rule(79)
@given(peer=PROXY, forwarded=WRITTEN)
def test_whatever_a_header_says_an_address_comes_out(peer: str, forwarded: list[str]) -> None:
    assert str(ip_address(client_ip(peer, forwarded, PROXIES)))


@pytest.mark.rule(79)
@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ([], "10.0.0.1"),
        ([""], "10.0.0.1"),
        (["unknown"], "10.0.0.1"),
        (["198.51.100.7, unknown"], "10.0.0.1"),
        (["198.51.100.7, , 10.0.0.2"], "10.0.0.2"),
        (["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        (["198.51.100.7:4711"], "198.51.100.7"),
        (["[2001:db8::7]:4711"], "2001:db8::7"),
        (["::ffff:198.51.100.7"], "198.51.100.7"),
        (["1.1.1.1", "198.51.100.7"], "198.51.100.7"),
        (["198.51.100.7;10.0.0.2"], "10.0.0.1"),
        (["0198.51.100.7"], "10.0.0.1"),
        (["fe80::1%eth0"], "fe80::1"),
    ],
)
def test_a_hop_is_read_as_proxies_write_it(forwarded: list[str], expected: str) -> None:
    assert client_ip("10.0.0.1", forwarded, PROXIES) == expected


@pytest.mark.rule(79)
def test_loopback_is_trusted_only_where_it_is_named() -> None:
    assert client_ip("127.0.0.1", ["198.51.100.7"], NONE) == "127.0.0.1"
    assert client_ip("127.0.0.1", ["198.51.100.7"], PROXIES) == "198.51.100.7"
    assert client_ip("::ffff:127.0.0.1", ["198.51.100.7"], PROXIES) == "198.51.100.7"


@pytest.mark.rule(79)
@pytest.mark.parametrize("peer", ["", "testclient", "unix:", "\0", "999.1.1.1"])
def test_a_peer_without_an_address_is_nowhere_and_vouches_for_nobody(peer: str) -> None:
    assert client_ip(peer, ["198.51.100.7"], PROXIES) == NOWHERE
    assert ip_key(peer) == NOWHERE


@pytest.mark.rule(79)
@given(one=st.ip_addresses(v=6), host=st.integers(0, 2**64 - 1))
def test_a_whole_64_is_one_caller(one: IPv6Address, host: int) -> None:
    neighbour = IPv6Address(int(one) >> 64 << 64 | host)
    if one.ipv4_mapped is None and neighbour.ipv4_mapped is None:
        assert ip_key(str(one)) == ip_key(str(neighbour))

    other = IPv6Address(int(one) ^ 1 << 64)
    if one.ipv4_mapped is None:
        assert ip_key(str(one)) != ip_key(str(other))


@pytest.mark.rule(79)
@given(one=st.ip_addresses(v=4))
def test_a_mapped_address_is_the_plain_one(one: IPv4Address) -> None:
    assert ip_key(f"::ffff:{one}") == ip_key(str(one)) == str(one)
    assert client_ip(f"::ffff:{one}", [], NONE) == str(one)
