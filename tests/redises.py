"""A Redis of one's own for each test: an index no other worker or run uses at that moment."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr
from redis import Redis

from pkg.clock import FakeClock
from pkg.redis import RedisConfig

PATIENCE = 20.0  # on a busy machine; half a second is for people who wait for an answer
SECONDS = 900  # a run that died gives its index back by itself


def unhurried(url: str) -> RedisConfig:
    """Answers how a test of races opens *url*: slow is not a failure there."""
    return RedisConfig(
        url=SecretStr(url), timeout=PATIENCE, pool_timeout=PATIENCE, connect_timeout=PATIENCE
    )


class AgingClock(FakeClock):
    """A clock that takes a Redis along: its keys grow older by what the clock advances.

    Redis expires keys by its own clock, which no test can move.
    """

    def __init__(self, redis: Redis) -> None:
        super().__init__()
        self._redis = redis

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        for key in self._redis.scan_iter(count=1000):
            left = self._redis.pttl(key)
            if left > 0:
                self._redis.pexpire(key, left - round(seconds * 1000))  # at 0 or below it is gone


class Lease:
    """One of the server's numbered databases, kept for a session and emptied before each test.

    Who holds which stands in database 0, in which no test of ours flushes.
    """

    def __init__(self, server: str) -> None:
        self._owner = secrets.token_hex(8)
        self._register = Redis.from_url(server)
        self._index = self._take()
        self._url = urlunsplit(urlsplit(server)._replace(path=f"/{self._index}"))
        self._own = Redis.from_url(self._url)

    def fresh(self) -> str:
        """Answers the URL of the emptied database."""
        self._register.expire(self._key(self._index), SECONDS)
        self._own.flushdb()
        return self._url

    def clock(self) -> FakeClock:
        """Answers a clock for what is kept there."""
        return AgingClock(self._own)

    def close(self) -> None:
        """Empties it and gives it back."""
        self._own.flushdb()
        self._own.close()
        self._register.delete(self._key(self._index))
        self._register.close()

    def _take(self) -> int:
        count = int(self._register.config_get("databases")["databases"] or 0)
        for index in range(1, count):
            if self._register.set(self._key(index), self._owner, nx=True, ex=SECONDS):
                return index
        raise RuntimeError(f"all {count} databases of this Redis are taken by other test runs")

    def _key(self, index: int) -> str:
        return f"tests:holder:{index}"
