from __future__ import annotations

from pathlib import Path

import pytest

from config import limiter
from pkg.config import ConfigFaults, Env
from pkg.limiter import Limit, LimiterConfig


def loaded(tmp_path: Path, **environ: str) -> LimiterConfig:
    env = Env.load(tmp_path, None, environ)
    config = limiter.load(env)
    env.check()
    return config


@pytest.mark.rule(8)
def test_inherited_limit_by_address_only() -> None:
    rules = {name: [str(limit) for limit in found] for name, found in LimiterConfig().rules.items()}

    assert rules["send_code"] == ["100-H/ip"]
    assert rules["code_recipient"] == ["1-M/recipient", "5-H/recipient", "10-D/recipient"]
    assert rules["code_budget"] == ["1000-H/all"]
    assert rules["login"] == ["30-M/ip"]
    assert rules["login_account"] == ["5-M/account", "100-D/account"]  # never over 100 in a row
    assert rules["login_budget"] == ["1000-M/all"]


def test_the_other_limits_are_those_of_the_api() -> None:
    rules = {name: [str(limit) for limit in found] for name, found in LimiterConfig().rules.items()}

    assert rules["api"] == ["3000-M/ip"]
    assert rules["api_user"] == ["600-M/user"]
    assert rules["captcha"] == ["300-H/ip"]
    assert rules["exist"] == ["60-H/ip"]
    assert rules["refresh"] == ["60-M/session"]
    assert rules["upload"] == ["60-H/user"]
    assert rules["message"] == ["40-2S/user", "600-M/user"]


def test_every_limit_can_be_changed_and_keeps_what_it_counts_by(tmp_path: Path) -> None:
    names = LimiterConfig().rules
    changed = loaded(tmp_path, **{f"LIMITER_{name.upper()}": "7-3M, 9-H" for name in names})

    for name, limits in changed.rules.items():
        scope = names[name][0].scope
        assert limits == (Limit(7, 180, scope), Limit(9, 3600, scope))


def test_the_store_is_redis_where_there_is_one(tmp_path: Path) -> None:
    url = "redis://127.0.0.1:6379/0"

    assert loaded(tmp_path).store == "memory"
    assert loaded(tmp_path, REDIS_URL=url).store == "redis"
    assert loaded(tmp_path, REDIS_URL=url, LIMITER_STORE="memory").store == "memory"


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("LIMITER_STORE", "redis", "needs REDIS_URL"),
        ("LIMITER_LOGIN", "many", "is no limit"),
        ("LIMITER_LOGIN", "30-M/account", "is counted by ip"),
        ("LIMITER_LOGIN", ",", "at least 1"),
        ("LIMITER_CLOSED", "login, nothing", "no limit is named nothing"),
        ("LIMITER_LOCAL", "enabled", "no limit is named enabled"),
        ("LIMITER_MAX_KEYS", "1000001", "less than or equal"),
        ("LIMITER_PATIENCE", "1.1", "less than or equal"),
    ],
)
def test_what_does_not_hold_is_told_by_its_variable(
    tmp_path: Path, variable: str, value: str, problem: str
) -> None:
    with pytest.raises(ConfigFaults) as refused:
        loaded(tmp_path, **{variable: value})

    assert variable in {fault.variable for fault in refused.value.faults}
    assert problem in " ".join(fault.problem for fault in refused.value.faults)


@pytest.mark.rule(81)
def test_each_way_to_fail_names_limits_that_there_are() -> None:
    config = LimiterConfig()

    assert set(config.closed) | set(config.local) <= config.rules.keys()
    assert not set(config.closed) & set(config.local)
