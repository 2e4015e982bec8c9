"""The application's own settings refuse what cannot be meant."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from pkg.app import VERSION, AppConfig, Paths

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "example.com"),
        ("url", "ftp://example.com"),
        ("url", "http://"),
        ("timezone", "Mars/Olympus"),
        ("region", "china"),
        ("trusted_proxies", ["somewhere"]),
        ("cors_origins", ["example.com"]),
        ("cors_origins", ["https://example.com/"]),
        ("cors_origins", ["https://example.com/path"]),
        ("request_timeout", 0),
        ("env", "prod"),
        ("colour", "red"),
    ],
)
def test_what_cannot_be_meant_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        AppConfig.model_validate({field: value})


def test_what_is_meant_is_taken() -> None:
    config = AppConfig(
        env="staging",
        url="https://chat.example.com/",
        timezone="Asia/Shanghai",
        trusted_proxies=("10.0.0.0/8", "::1"),
        cors_origins=("https://app.example.com", "*"),
    )

    assert config.url == "https://chat.example.com"
    assert config.is_deployed
    assert not config.is_local
    assert AppConfig().is_local


def test_the_folders_hang_from_the_root() -> None:
    paths = Paths(Path("/p"))

    folders = [paths.env, paths.storage, paths.logs, paths.resources]
    assert [str(folder) for folder in folders] == [
        "/p/.env",
        "/p/storage",
        "/p/storage/logs",
        "/p/resources",
    ]


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    assert project["project"]["version"] == VERSION


def test_people_read_moments_in_their_own_zone() -> None:
    moment = datetime(2026, 11, 24, 17, 5, 59, tzinfo=UTC)

    assert AppConfig().in_words(moment) == "2026-11-24 17:05 UTC"
    east = AppConfig(timezone="Asia/Shanghai")
    assert east.in_words(moment) == "2026-11-25 01:05 Asia/Shanghai"
