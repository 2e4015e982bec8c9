"""Reads LOG_*."""

from __future__ import annotations

from pkg.app import AppConfig
from pkg.config import Env
from pkg.logger import LogConfig


def load(env: Env, app: AppConfig) -> LogConfig:
    """Reads LOG_*; where machines read the log (staging, production) it is JSON unless set.

    APP_DEBUG makes the level DEBUG unless LOG_LEVEL is set.
    """
    return env.read(
        LogConfig,
        "LOG_",
        level="DEBUG" if app.debug else "INFO",
        format="json" if app.is_deployed else "pretty",
    )
