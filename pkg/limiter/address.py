"""Whose address a request comes from, and which addresses are one caller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
NOWHERE = "0.0.0.0"  # noqa: S104  a socket file or a test's client has no address


def client_ip(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """Answers the address of the caller behind the proxies in *trusted*.

    *forwarded*: the values of all `X-Forwarded-For` headers, in order. Read from the right, the
    first hop that is no trusted proxy is the caller: what stands further left anybody may have
    written. Without trusted proxies the header says nothing.
    """
    found = _parse(peer)
    if found is None:
        return NOWHERE
    for hop in _hops(forwarded):
        if not any(found in network for network in trusted):
            break
        nearer = _parse(hop)
        if nearer is None:
            break  # a proxy of ours passed on what is no address: it answers for the caller
        found = nearer
    return str(found)


@lru_cache(4096)
def ip_key(ip: str) -> str:
    """Answers what *ip* is counted by: IPv4 as it is, IPv6 by its /64, which one customer has."""
    found = _parse(ip)
    if found is None:
        return NOWHERE
    if isinstance(found, IPv4Address):
        return str(found)
    return str(ip_network((int(found), 64), strict=False))


def _hops(forwarded: Sequence[str]) -> Iterator[str]:
    for value in reversed(forwarded):
        yield from reversed(value.split(","))


def _parse(text: str) -> Address | None:
    text = text.strip()
    if text.startswith("["):  # [2001:db8::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:443
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped  # ::ffff:192.0.2.1 is 192.0.2.1 on a socket of both kinds
    return found
