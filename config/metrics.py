"""Reads METRICS_*."""

from __future__ import annotations

from pkg.config import Env
from pkg.metrics import MetricsConfig


def load(env: Env) -> MetricsConfig:
    """Reads METRICS_*."""
    return env.read(MetricsConfig, "METRICS_")
