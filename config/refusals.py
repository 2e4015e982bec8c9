"""What a deployment must not be started with; each is a fault like any other, all told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg.app import keys
from pkg.config import Env

if TYPE_CHECKING:
    from config.settings import Settings


def check(env: Env, settings: Settings) -> None:
    """Notes on *env* everything that staging and production refuse."""
    _check_key(env, settings)
    if settings.app.is_deployed:
        _check_doors(env, settings)


def _check_key(env: Env, settings: Settings) -> None:
    text = settings.app.key.get_secret_value()
    if settings.app.is_local and not text:
        return  # `serve` and `key:generate` make one
    problem = keys.fault(text)
    if problem:
        env.fault("APP_KEY", f"{problem}: run `python main.py key:generate`")


def _check_doors(env: Env, settings: Settings) -> None:
    config = settings.app
    if config.debug:
        env.fault("APP_DEBUG", f"must be false in {config.env}")
    if any("*" in host for host in config.hosts):
        env.fault("APP_HOSTS", f"must name hosts, without a wildcard, in {config.env}")
    if "*" in config.cors_origins:
        env.fault("CORS_ORIGINS", f"must name origins, without a wildcard, in {config.env}")
    if not settings.limiter.enabled:
        env.fault("LIMITER_ENABLED", f"must be true in {config.env}")
    if "email" in settings.auth.schemes and None in settings.mail.servers:
        env.fault("MAIL_URL", f"log:// delivers to nobody: name a server in {config.env}")
    if "mobile" in settings.auth.schemes and "log" in settings.sms.drivers:
        env.fault("SMS_DRIVER", f"log delivers to nobody: name a provider in {config.env}")
