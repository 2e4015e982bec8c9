"""What is wrong before a connection is even tried."""

from __future__ import annotations

from pkg.errors import Misconfigured


class BadRedisUrl(Misconfigured):
    """`REDIS_URL` is absent, or no address redis-py understands. The message never quotes it."""

    code = "redis.url"
