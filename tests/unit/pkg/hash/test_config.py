from __future__ import annotations

from pathlib import Path

import pytest

from config.hash import load
from pkg.config import ConfigFaults, Env
from pkg.hash import HashConfig


def env(tmp_path: Path, **variables: str) -> Env:
    return Env.load(tmp_path, environ=variables)


def test_without_settings_the_cost_is_the_default(tmp_path: Path) -> None:
    assert load(env(tmp_path)) == HashConfig()


@pytest.mark.rule(19)
@pytest.mark.parametrize("name", ["staging", "production"])
def test_where_people_are_served_no_cost_is_below_owasps_least(tmp_path: Path, name: str) -> None:
    read = env(tmp_path, APP_ENV=name, HASH_MEMORY_KIB="19455", HASH_TIME_COST="1")
    load(read)

    with pytest.raises(ConfigFaults) as faults:
        read.check()
    assert "HASH_MEMORY_KIB" in str(faults.value)
    assert "HASH_TIME_COST" in str(faults.value)


@pytest.mark.rule(19)
@pytest.mark.parametrize("name", ["staging", "production"])
def test_the_least_itself_and_more_are_taken(tmp_path: Path, name: str) -> None:
    for memory, time in (("19456", "2"), ("65536", "3")):
        read = env(tmp_path, APP_ENV=name, HASH_MEMORY_KIB=memory, HASH_TIME_COST=time)

        config = load(read)

        read.check()
        assert (str(config.memory_kib), str(config.time_cost)) == (memory, time)


@pytest.mark.parametrize("name", ["local", "testing"])
def test_developers_and_tests_may_hash_cheaply(tmp_path: Path, name: str) -> None:
    read = env(tmp_path, APP_ENV=name, HASH_MEMORY_KIB="8", HASH_TIME_COST="1")

    assert load(read).memory_kib == 8
    read.check()
