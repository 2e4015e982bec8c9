from __future__ import annotations

from pathlib import Path

import pytest

from config.redis import load
from pkg.config import ConfigFaults, Env


def env(tmp_path: Path, **variables: str) -> Env:
    return Env.load(tmp_path, environ=variables)


def test_without_settings_there_is_no_redis(tmp_path: Path) -> None:
    assert load(env(tmp_path)).url is None


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:6379/0", "rediss://:pw@h.example", "unix:///run/redis.sock"]
)
def test_each_kind_of_address_is_taken(tmp_path: Path, url: str) -> None:
    read = env(tmp_path, REDIS_URL=url)

    config = load(read)

    read.check()
    assert config.url is not None
    assert config.url.get_secret_value() == url


@pytest.mark.rule(105)
def test_an_address_of_another_kind_is_told_at_boot_and_not_quoted(tmp_path: Path) -> None:
    read = env(tmp_path, REDIS_URL="http://:hunter2@localhost")
    config = load(read)

    with pytest.raises(ConfigFaults, match="REDIS_URL") as faults:
        read.check()
    assert "hunter2" not in str(faults.value) + repr(config) + config.model_dump_json()
