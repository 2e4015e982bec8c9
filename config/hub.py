"""Reads HUB_*."""

from __future__ import annotations

from pkg.config import Env
from pkg.hub import HubConfig


def load(env: Env) -> HubConfig:
    """Reads HUB_*; the marks of an outbox must stand in their order."""
    config = env.read(HubConfig, "HUB_")
    if config.outbox_low >= config.outbox_high:
        env.fault("HUB_OUTBOX_LOW", "must be below HUB_OUTBOX_HIGH")
    return config
