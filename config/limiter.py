"""Reads LIMITER_*."""

from __future__ import annotations

from pkg.config import Env
from pkg.limiter import LimiterConfig


def load(env: Env) -> LimiterConfig:
    """Reads LIMITER_*; with REDIS_URL set the store is redis unless told otherwise."""
    has_redis = env.has("REDIS_URL")
    config = env.read(LimiterConfig, "LIMITER_", store="redis" if has_redis else "memory")
    if config.store == "redis" and not has_redis:
        env.fault("LIMITER_STORE", "redis needs REDIS_URL")
    return config
