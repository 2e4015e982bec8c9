from __future__ import annotations

from pathlib import Path

from config.hash import load
from pkg.config import Env
from pkg.hash import HashConfig


def test_without_settings_the_cost_is_the_default(tmp_path: Path) -> None:
    assert load(Env.load(tmp_path, environ={})) == HashConfig()


def test_developers_and_tests_may_hash_cheaply(tmp_path: Path) -> None:
    env = Env.load(tmp_path, environ={"HASH_MEMORY_KIB": "8", "HASH_TIME_COST": "1"})

    config = load(env)

    env.check()
    assert (config.memory_kib, config.time_cost) == (8, 1)
