"""Opens the Redis client all drivers share."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pkg.redis.config import RedisConfig
from pkg.redis.errors import BadRedisUrl

if TYPE_CHECKING:
    from redis.asyncio import Redis


def open_redis(config: RedisConfig) -> Redis:
    """Answers a client whose pool waits when it is full; nothing connects before the first use.

    Values are bytes. `await client.aclose()` ends it and its connections. A command is sent once:
    redis-py's own retries would repeat an INCR or a GETDEL whose answer was merely lost, which
    counts twice or loses what was taken. A connection that died in the pool is replaced unseen.

    Raises:
        BadRedisUrl: the URL is absent or has no known scheme.
    """
    from redis.asyncio import Redis as Client  # noqa: PLC0415  vendor: 90 ms
    from redis.asyncio.retry import Retry  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.maint_notifications import MaintNotificationsConfig  # noqa: PLC0415

    from pkg.redis.pool import Pool  # noqa: PLC0415  loads the vendor

    if config.url is None:
        raise BadRedisUrl("REDIS_URL is not set")
    try:
        pool = Pool.from_url(
            config.url.get_secret_value(),
            max_connections=config.max_connections,
            timeout=config.pool_timeout,
            socket_timeout=config.timeout,
            socket_connect_timeout=config.connect_timeout,
            retry=Retry(NoBackoff(), 0),
            # while on, as they are by default, redis-py hands out connections the server closed
            maint_notifications_config=MaintNotificationsConfig(enabled=False),
        )
    except (ValueError, TypeError):
        raise BadRedisUrl("REDIS_URL is no redis://, rediss:// or unix:// address") from None
    return Client.from_pool(pool)


async def evicts(client: Redis) -> bool | None:
    """Tells whether this Redis throws living keys away when it is full; None if it will not say.

    Codes, captchas, tickets and locks need `maxmemory-policy noeviction`, or no `maxmemory`.
    """
    from redis.exceptions import RedisError  # noqa: PLC0415  vendor: 90 ms

    try:
        async with asyncio.timeout(2):
            found: dict[Any, Any] = await client.config_get("maxmemory*")
    except (RedisError, OSError, TimeoutError):
        return None  # managed servers forbid CONFIG
    told = {_text(name): _text(value) for name, value in found.items()}
    return told.get("maxmemory", "0") != "0" and told.get("maxmemory-policy") != "noeviction"


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
