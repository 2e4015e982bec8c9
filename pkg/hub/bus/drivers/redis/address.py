"""Reads the bus's URL: one server, a cluster, or a master that sentinels name."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import urlsplit

from redis.asyncio.connection import (
    Connection,
    SSLConnection,
    UnixDomainSocketConnection,
    parse_url,
)
from redis.exceptions import RedisError

from pkg.hub.bus.contract import BadBusUrl

Mode = Literal["single", "cluster", "sentinel"]

_MODES: dict[str, Mode] = {"": "single", "cluster": "cluster", "sentinel": "sentinel"}
_OWN = ("sentinel_username", "sentinel_password")  # redis-py knows no such options
_DEFAULT_PORTS: dict[Mode, int] = {"single": 6379, "cluster": 6379, "sentinel": 26379}


@dataclass(frozen=True, slots=True)
class Server:
    """Where one server listens, and how it wants to be spoken to."""

    host: str = "localhost"
    port: int = 6379
    path: str = ""  # of a Unix socket; then host and port mean nothing
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    def at(self, host: str, port: int) -> Server:
        """Answers another one of the same household."""
        return replace(self, host=host, port=port)


@dataclass(frozen=True, slots=True)
class Address:
    """What a URL says. *entries* are the servers to ask first: the only one there is, some of a
    cluster, or the sentinels; *base* is how the servers themselves are spoken to."""

    mode: Mode
    entries: tuple[Server, ...]
    base: Server
    service: str = ""
    db: int = 0  # channels know none: it becomes a part of their names


def read_address(url: str) -> Address:
    """Reads *url*, with the options that redis-py reads, TLS's among them.

    Raises:
        BadBusUrl: it cannot be understood.
    """
    try:
        return _read(url)
    except (ValueError, TypeError, RedisError, OSError):  # OSError: a certificate is not there
        raise BadBusUrl("HUB_BUS_URL, or REDIS_URL, cannot be read as an address") from None


def _read(url: str) -> Address:
    scheme, _, rest = url.partition("://")
    kind, _, suffix = scheme.partition("+")
    mode = _MODES[suffix] if suffix in _MODES else _fail()
    rest, _, query = rest.partition("?")
    netloc, slash, path = rest.partition("/")
    user, at, hosts = netloc.rpartition("@")
    service = ""
    if mode == "sentinel":
        service, slash, path = path.partition("/")
        if not service or kind == "unix":
            _fail()
    options = f"?{query}" if query else ""
    kwargs = [
        dict(parse_url(f"{kind}://{user}{at}{_ported(host, mode)}{slash}{path}{options}"))
        for host in (hosts.split(",") if mode != "single" else [hosts])
    ]
    return _address(mode, kwargs, service)


def _address(mode: Mode, kwargs: list[dict[str, Any]], service: str) -> Address:
    own = {name: kwargs[0].get(name) for name in _OWN}
    read = [_server(each) for each in kwargs]
    base, db = read[0]
    entries = tuple(base.at(server.host, server.port) for server, _ in read)
    if mode == "sentinel":
        name, password = own["sentinel_username"], own["sentinel_password"]
        entries = tuple(replace(each, username=name, password=password) for each in entries)
    return Address(mode, entries, base, service, db)


def _server(kwargs: dict[str, Any]) -> tuple[Server, int]:
    given = {name: value for name, value in kwargs.items() if name not in _OWN}
    kind = given.pop("connection_class", Connection)
    made = kind(**{name: given[name] for name in given if name in _READ or name.startswith("ssl_")})
    common = {"username": made.username, "password": made.password}
    if isinstance(made, UnixDomainSocketConnection):
        return Server(path=made.path, **common), int(made.db)
    tls = made.ssl_context.get() if isinstance(made, SSLConnection) else None
    return Server(made.host, int(made.port), tls=tls, **common), int(made.db)


_READ = ("host", "port", "path", "db", "username", "password")  # its pool's options are not ours


def _ported(host: str, mode: Mode) -> str:
    if mode == "single" or urlsplit(f"//{host}").port is not None:
        return host
    return f"{host}:{_DEFAULT_PORTS[mode]}"


def _fail() -> Any:
    raise ValueError
