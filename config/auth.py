"""Reads AUTH_*."""

from __future__ import annotations

from pkg.auth import AuthConfig
from pkg.config import Env


def load(env: Env) -> AuthConfig:
    """Reads AUTH_*; test hooks anywhere but in local and testing are a fault."""
    config = env.read(AuthConfig, "AUTH_")
    if config.test_hooks and env.text("APP_ENV", "local") not in {"local", "testing"}:
        env.fault("AUTH_TEST_HOOKS", "must be false outside local and testing")
    if config.refresh_ttl > config.session_ttl:
        env.fault("AUTH_REFRESH_TTL", "must not be above AUTH_SESSION_TTL")
    return config
