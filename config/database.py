"""Reads DATABASE_*."""

from __future__ import annotations

from pathlib import Path

from pkg.config import Env
from pkg.database import BadDatabaseUrl, DatabaseConfig, locate


def load(env: Env) -> DatabaseConfig:
    """Reads DATABASE_*; a URL that names no database is told here, not at the first connection."""
    config = env.read(DatabaseConfig, "DATABASE_")
    try:
        locate(config.url.get_secret_value(), Path())
    except BadDatabaseUrl as exc:
        env.fault("DATABASE_URL", str(exc))
    if config.pool_min > config.pool_max:
        env.fault("DATABASE_POOL_MIN", "must not be above DATABASE_POOL_MAX")
    return config
