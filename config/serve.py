"""The server: SERVE_*."""

from __future__ import annotations

from pkg.app import ServeConfig
from pkg.config import Env


def load(env: Env) -> ServeConfig:
    """Reads SERVE_*; the options of `serve` go before it."""
    return env.read(ServeConfig, "SERVE_")
