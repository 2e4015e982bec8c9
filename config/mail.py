"""Reads MAIL_*."""

from __future__ import annotations

from pkg.config import Env
from pkg.mail import MailConfig


def load(env: Env) -> MailConfig:
    """Reads MAIL_URL, MAIL_FROM and MAIL_TIMEOUT."""
    return env.read(MailConfig, "MAIL_")
