"""What a deployment must not be started with; each is a fault like any other, all told at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pkg.app import keys
from pkg.config import Env

if TYPE_CHECKING:
    from config.settings import Settings

LEAST_MEMORY_KIB = 19_456  # OWASP Password Storage: argon2id 19 MiB, t=2, p=1
LEAST_TIME_COST = 2


def check(env: Env, settings: Settings) -> None:
    """Notes on *env* everything that staging and production refuse."""
    _check_key(env, settings)
    if settings.app.is_deployed:
        for name, problem in _open_doors(settings):
            env.fault(name, f"{problem} in {settings.app.env}")


def _check_key(env: Env, settings: Settings) -> None:
    text = settings.app.key.get_secret_value()
    if settings.app.is_local and not text:
        return  # `serve` and `key:generate` make one
    problem = keys.fault(text)
    if problem:
        env.fault("APP_KEY", f"{problem}: run `python main.py key:generate`")


def _open_doors(settings: Settings) -> Iterator[tuple[str, str]]:
    app, auth, hash = settings.app, settings.auth, settings.hash
    doors = (
        ("APP_DEBUG", app.debug, "must be false"),
        ("APP_HOSTS", "*" in "".join(app.hosts), "must name hosts, without a wildcard,"),
        ("CORS_ORIGINS", "*" in app.cors_origins, "must name origins, without a wildcard,"),
        ("AUTH_TEST_HOOKS", auth.test_hooks, "must be false"),
        (
            "HASH_MEMORY_KIB",
            hash.memory_kib < LEAST_MEMORY_KIB,
            f"must be at least {LEAST_MEMORY_KIB}",
        ),
        (
            "HASH_TIME_COST",
            hash.time_cost < LEAST_TIME_COST,
            f"must be at least {LEAST_TIME_COST}",
        ),
        ("LIMITER_ENABLED", not settings.limiter.enabled, "must be true"),
        (
            "MAIL_URL",
            "email" in auth.schemes and None in settings.mail.servers,
            "log:// delivers to nobody: name a server",
        ),
        (
            "SMS_DRIVER",
            "mobile" in auth.schemes and "log" in settings.sms.drivers,
            "log delivers to nobody: name a provider",
        ),
    )
    return ((name, problem) for name, is_open, problem in doors if is_open)
