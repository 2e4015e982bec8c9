"""Reads HUB_BUS*."""

from __future__ import annotations

from pkg.app import AppConfig
from pkg.config import Env
from pkg.hub.bus import BusConfig
from pkg.redis import RedisConfig
from pkg.str import slug

SCHEMES = (
    *("redis://", "rediss://", "unix://", "redis+cluster://", "rediss+cluster://"),
    *("redis+sentinel://", "rediss+sentinel://"),
)


def load(env: Env, app: AppConfig, redis: RedisConfig) -> BusConfig:
    """Reads HUB_BUS*; where Redis is set the bus is there unless it is told otherwise."""
    has_redis = env.has("REDIS_URL") or env.has("HUB_BUS_URL")
    name = slug(app.name) or BusConfig.model_fields["name"].default
    config = env.read(
        BusConfig,
        "HUB_BUS_",
        driver="redis" if has_redis else "memory",
        url=redis.url,
        name=name,
    )
    if config.driver == "redis" and config.url is None:
        env.fault("HUB_BUS", "redis needs REDIS_URL or HUB_BUS_URL")
    if config.url is not None and not config.url.get_secret_value().startswith(SCHEMES):
        env.fault("HUB_BUS_URL", f"must start with one of {', '.join(SCHEMES)}")
    return config
