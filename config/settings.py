"""All topics, read once and joined: what the application is built from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from pydantic import BaseModel, SecretStr

from config import (
    app,
    auth,
    bus,
    cache,
    captcha,
    database,
    file,
    hash,
    hub,
    jwt,
    limiter,
    log,
    mail,
    metrics,
    redis,
    refusals,
    serve,
    sms,
    verifycode,
)
from pkg.app import AppConfig, ServeConfig
from pkg.auth import AuthConfig
from pkg.cache import CacheConfig
from pkg.captcha import CaptchaConfig
from pkg.config import Env
from pkg.database import DatabaseConfig
from pkg.file import FileConfig
from pkg.hash import HashConfig
from pkg.hub import HubConfig
from pkg.hub.bus import BusConfig
from pkg.jwt import JwtConfig
from pkg.limiter import LimiterConfig
from pkg.logger import LogConfig
from pkg.mail import MailConfig
from pkg.metrics import MetricsConfig
from pkg.redis import RedisConfig
from pkg.sms import SmsConfig
from pkg.verifycode import VerifyCodeConfig


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the application was told, frozen; a field a topic of ``config/``."""

    root: Path
    app: AppConfig
    serve: ServeConfig
    database: DatabaseConfig
    redis: RedisConfig
    cache: CacheConfig
    auth: AuthConfig
    captcha: CaptchaConfig
    verifycode: VerifyCodeConfig
    limiter: LimiterConfig
    hash: HashConfig
    jwt: JwtConfig
    mail: MailConfig
    sms: SmsConfig
    file: FileConfig
    hub: HubConfig
    bus: BusConfig
    log: LogConfig
    metrics: MetricsConfig

    def secrets(self) -> Iterator[str]:
        """Answers every secret that was set, for the log to hide."""
        for topic in (getattr(self, entry.name) for entry in fields(self)):
            if isinstance(topic, BaseModel):
                yield from _secrets(topic)


def load_settings(
    root: Path, name: str | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Reads ``.env``, ``.env.NAME`` and the environment into settings.

    Raises:
        ConfigFaults: something does not hold; every fault is in it, production's refusals too.
    """
    return read(Env.load(root, name, environ), root)


def read(env: Env, root: Path) -> Settings:
    """Joins all topics out of *env*.

    Raises:
        ConfigFaults: as :func:`load_settings`.
    """
    whole = app.load(env)
    settings = Settings(
        root=root,
        app=whole,
        serve=serve.load(env),
        database=database.load(env),
        redis=(shared := redis.load(env)),
        cache=cache.load(env),
        auth=auth.load(env),
        captcha=captcha.load(env),
        verifycode=verifycode.load(env),
        limiter=limiter.load(env),
        hash=hash.load(env),
        jwt=jwt.load(env),
        mail=mail.load(env),
        sms=sms.load(env),
        file=file.load(env),
        hub=hub.load(env),
        bus=bus.load(env, whole, shared),
        log=log.load(env, whole),
        metrics=metrics.load(env),
    )
    refusals.check(env, settings)
    env.check()
    return settings


def _secrets(topic: BaseModel) -> Iterator[str]:
    for value in dict(topic).values():
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, SecretStr) and each.get_secret_value():
                yield each.get_secret_value()
