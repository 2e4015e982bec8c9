"""Which real servers the tests may use, and what happens where one is absent."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Service:
    """A server tests talk to: *variable* names its URL, *default* is loopback's usual port."""

    name: str
    variable: str
    default: str

    @property
    def url(self) -> str:
        return os.environ.get(self.variable, self.default)


SERVICES = {
    service.name: service
    for service in (
        Service("postgres", "TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/test"),
        Service("mysql", "TEST_MARIADB_URL", "mysql://root@127.0.0.1:3306/test"),
        Service("redis", "TEST_REDIS_URL", "redis://127.0.0.1:6379/0"),
    )
}


def reachable(service: Service, *, seconds: float = 1.0) -> bool:
    """Tells whether something listens at the service's address."""
    parts = urlsplit(service.url)
    ports = {"postgres": 5432, "mysql": 3306}
    address = (parts.hostname or "127.0.0.1", parts.port or ports.get(parts.scheme, 6379))
    try:
        socket.create_connection(address, timeout=seconds).close()
    except OSError:
        return False
    return True


def require(name: str) -> str:
    """Answers the URL of the server *name*; without it the test is skipped with the reason.

    Where ``REQUIRE_SERVICES=1`` (CI) an absent server is a failure instead: nothing is skipped
    silently.
    """
    import pytest  # noqa: PLC0415  only tests call this

    service = SERVICES[name]
    if not reachable(service):
        reason = f"{name} does not answer at {service.url.rpartition('@')[2]}"
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(f"{reason}; set {service.variable}")
    return service.url
