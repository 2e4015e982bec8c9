"""The application: APP_*, TRUSTED_PROXIES, CORS_ORIGINS."""

from __future__ import annotations

from pkg.app import AppConfig
from pkg.config import Env


def load(env: Env) -> AppConfig:
    """Reads APP_*; what production must not have is refused by ``config.refusals``."""
    return env.read(AppConfig, "APP_")
