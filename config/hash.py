"""Reads HASH_*."""

from __future__ import annotations

from pkg.config import Env
from pkg.hash import HashConfig


def load(env: Env) -> HashConfig:
    """Reads HASH_*; a cost below OWASP's least is refused by ``config.refusals``."""
    return env.read(HashConfig, "HASH_")
