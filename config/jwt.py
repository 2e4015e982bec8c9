"""Reads JWT_*."""

from __future__ import annotations

from pkg.config import Env
from pkg.jwt import JwtConfig


def load(env: Env) -> JwtConfig:
    """Reads JWT_*."""
    return env.read(JwtConfig, "JWT_")
