"""Reads LOG_*."""

from __future__ import annotations

from pkg.config import Env
from pkg.logger import LogConfig


def load(env: Env) -> LogConfig:
    """Reads LOG_*; where machines read the log (staging, production) it is JSON unless set."""
    served = env.text("APP_ENV", "local") in ("staging", "production")
    return env.read(LogConfig, "LOG_", format="json" if served else "pretty")
