"""Reads VERIFYCODE_*."""

from __future__ import annotations

from pkg.config import Env
from pkg.verifycode import VerifyCodeConfig


def load(env: Env) -> VerifyCodeConfig:
    """Reads VERIFYCODE_*."""
    return env.read(VerifyCodeConfig, "VERIFYCODE_")
