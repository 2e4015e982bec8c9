"""Reads AUTH_*."""

from __future__ import annotations

from pkg.auth import AuthConfig
from pkg.config import Env


def load(env: Env) -> AuthConfig:
    """Reads AUTH_*; test hooks in a deployment are refused by ``config.refusals``."""
    config = env.read(AuthConfig, "AUTH_")
    if config.refresh_ttl > config.session_ttl:
        env.fault("AUTH_REFRESH_TTL", "must not be above AUTH_SESSION_TTL")
    return config
