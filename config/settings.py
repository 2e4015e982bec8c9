"""All topics, read once and joined: what the application is built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config import app, database, hash, jwt, log, refusals, serve, sms
from pkg.app import AppConfig, ServeConfig
from pkg.config import Env
from pkg.database import DatabaseConfig
from pkg.hash import HashConfig
from pkg.jwt import JwtConfig
from pkg.logger import LogConfig
from pkg.sms import SmsConfig


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the application was told, frozen; a field a topic of ``config/``."""

    root: Path
    app: AppConfig
    serve: ServeConfig
    database: DatabaseConfig
    hash: HashConfig
    jwt: JwtConfig
    sms: SmsConfig
    log: LogConfig


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
    settings = Settings(
        root=root,
        app=app.load(env),
        serve=serve.load(env),
        database=database.load(env),
        hash=hash.load(env),
        jwt=jwt.load(env),
        sms=sms.load(env),
        log=log.load(env),
    )
    refusals.check(env, settings)
    env.check()
    return settings
