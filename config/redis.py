"""Reads REDIS_*."""

from __future__ import annotations

from pkg.config import Env
from pkg.redis import RedisConfig

SCHEMES = ("redis://", "rediss://", "unix://")


def load(env: Env) -> RedisConfig:
    """Reads REDIS_*; an address of another kind is told here, not at the first command."""
    config = env.read(RedisConfig, "REDIS_")
    if config.url is not None and not config.url.get_secret_value().startswith(SCHEMES):
        env.fault("REDIS_URL", f"must start with one of {', '.join(SCHEMES)}")
    return config
