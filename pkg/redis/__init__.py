from __future__ import annotations

from pkg.redis.client import evicts, open_redis
from pkg.redis.config import RedisConfig
from pkg.redis.errors import BadRedisUrl

__all__ = ["BadRedisUrl", "RedisConfig", "evicts", "open_redis"]
