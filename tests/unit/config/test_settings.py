from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from pydantic import BaseModel

from config.settings import Settings, load_settings
from pkg.config import ConfigFaults

KEY = "qPzX3mV8kT1wL5bN7cR9dF2gH4jK6sA0yE8uI3oW5tM"
CANARY = KEY


def load(root: Path, **environ: str) -> Settings:
    return load_settings(root, environ=environ)


def test_nothing_has_to_be_set_to_start_on_ones_own_machine(tmp_path: Path) -> None:
    settings = load(tmp_path)

    assert settings.app.is_local
    assert settings.root == tmp_path
    assert settings.database.url.get_secret_value() == "sqlite://storage/app.sqlite3"
    assert settings.redis.url is None


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = load(tmp_path)

    with pytest.raises(FrozenInstanceError):
        settings.app = settings.app  # type: ignore[misc]


def test_every_topic_is_a_model(tmp_path: Path) -> None:
    settings = load(tmp_path)
    topics = [entry.name for entry in fields(settings) if entry.name != "root"]

    assert all(isinstance(getattr(settings, name), BaseModel) for name in topics)


@pytest.mark.rule(105)
def test_no_secret_is_in_the_repr_and_each_is_known_to_the_log(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        APP_KEY=CANARY,
        DATABASE_URL=f"mysql://ann:{CANARY}@db/chat",
        REDIS_URL=f"redis://:{CANARY}@redis",
        SMS_ALIYUN_KEY_SECRET=CANARY,
        MAIL_URL=f"smtp://ann:{CANARY}@mail.example.com",
    )

    assert CANARY not in repr(settings)
    told = [*settings.secrets()]
    assert CANARY in told
    assert sum(CANARY in secret for secret in told) == 6  # the bus has the Redis of the others


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "oracle://db/chat"),
        ("DATABASE_POOL_MIN", "11"),
        ("REDIS_URL", "http://redis"),
        ("CACHE_STORE", "redis"),
        ("LIMITER_STORE", "redis"),
        ("SMS_DRIVER", "pigeon"),
        ("MAIL_URL", "pigeon://loft"),
        ("APP_URL", "ftp://example.com"),
        ("APP_TIMEZONE", "Mars/Olympus"),
        ("TRUSTED_PROXIES", "everybody"),
        ("CORS_ORIGINS", "https://example.com/path"),
        ("SERVE_PORT", "70000"),
        ("AUTH_REFRESH_TTL", "999999999"),
    ],
)
def test_what_does_not_hold_is_told_by_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigFaults) as caught:
        load(tmp_path, **{name: value})

    assert name in {fault.variable for fault in caught.value.faults}


def test_with_redis_what_is_shared_goes_there(tmp_path: Path) -> None:
    settings = load(tmp_path, REDIS_URL="redis://127.0.0.1")

    assert settings.cache.store == "redis"
    assert settings.limiter.store == "redis"


def test_the_file_of_an_environment_is_read_over_the_common_one(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"APP_KEY={KEY}\nAPP_NAME=One\nSERVE_PORT=1234\n")
    (tmp_path / ".env.testing").write_text("APP_NAME=Two\n")

    settings = load_settings(tmp_path, "testing", {})

    assert settings.app.env == "testing"
    assert settings.app.name == "Two"
    assert settings.serve.port == 1234
