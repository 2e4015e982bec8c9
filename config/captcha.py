"""Reads CAPTCHA_*."""

from __future__ import annotations

from pkg.captcha import CaptchaConfig
from pkg.config import Env


def load(env: Env) -> CaptchaConfig:
    """Reads CAPTCHA_*."""
    return env.read(CaptchaConfig, "CAPTCHA_")
