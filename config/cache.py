"""Reads CACHE_*."""

from __future__ import annotations

from pkg.cache import CacheConfig
from pkg.config import Env


def load(env: Env) -> CacheConfig:
    """Reads CACHE_*; with REDIS_URL set the store is redis unless CACHE_STORE says otherwise."""
    has_redis = env.has("REDIS_URL")
    config = env.read(CacheConfig, "CACHE_", store="redis" if has_redis else "memory")
    if config.store == "redis" and not has_redis:
        env.fault("CACHE_STORE", "redis needs REDIS_URL")
    return config
