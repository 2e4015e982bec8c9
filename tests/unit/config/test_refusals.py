from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from config.settings import Settings, load_settings
from pkg.config import ConfigFaults

KEY = "qPzX3mV8kT1wL5bN7cR9dF2gH4jK6sA0yE8uI3oW5tM"
DEPLOYED = {
    "APP_KEY": KEY,
    "MAIL_URL": "smtp://mail.example.com",
    "SMS_DRIVER": "aliyun",
    "SMS_ALIYUN_KEY_ID": "id",
    "SMS_ALIYUN_KEY_SECRET": "secret",
    "SMS_ALIYUN_SIGN": "Parley",
    "SMS_ALIYUN_TEMPLATE": "SMS_1",
}
REFUSED = {
    "APP_DEBUG": "true",
    "APP_HOSTS": "*.example.com",
    "APP_KEY": "short",
    "AUTH_TEST_HOOKS": "true",
    "CORS_ORIGINS": "*",
    "HASH_MEMORY_KIB": "1024",
    "HASH_TIME_COST": "1",
    "LIMITER_ENABLED": "false",
    "MAIL_URL": "log://",
    "SMS_DRIVER": "log",
}


def load(root: Path, environment: str, **changes: str) -> Settings:
    return load_settings(root, environ={"APP_ENV": environment} | DEPLOYED | changes)


def faults(root: Path, environment: str, changes: Mapping[str, str]) -> set[str]:
    try:
        load(root, environment, **changes)
    except ConfigFaults as exc:
        return {fault.variable for fault in exc.faults}
    return set()


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_a_deployment_with_a_key_and_ways_to_reach_people_starts(
    tmp_path: Path, environment: str
) -> None:
    assert load(tmp_path, environment).app.is_deployed


@pytest.mark.rule(101)
@pytest.mark.parametrize("environment", ["staging", "production"])
@pytest.mark.parametrize("name", REFUSED)
def test_a_deployment_refuses_each_door_left_open(
    tmp_path: Path, name: str, environment: str
) -> None:
    assert faults(tmp_path, environment, {name: REFUSED[name]}) == {name}


@pytest.mark.rule(101)
def test_all_that_is_refused_is_told_at_once(tmp_path: Path) -> None:
    assert faults(tmp_path, "production", REFUSED) == set(REFUSED)


@pytest.mark.rule(41)
@pytest.mark.parametrize("key", ["", "a" * 31, "a" * 64, "secret" * 8, "change-me-" * 5])
@pytest.mark.parametrize("environment", ["testing", "staging", "production"])
def test_a_key_that_can_be_guessed_stops_the_boot(
    tmp_path: Path, key: str, environment: str
) -> None:
    assert "APP_KEY" in faults(tmp_path, environment, {"APP_KEY": key})


@pytest.mark.rule(101)
@pytest.mark.parametrize("name", sorted(set(REFUSED) - {"APP_KEY"}))
def test_a_developer_may_leave_them_open(tmp_path: Path, name: str) -> None:
    assert faults(tmp_path, "local", {name: REFUSED[name]}) == set()


def test_a_log_driver_is_refused_only_where_a_scheme_needs_it(tmp_path: Path) -> None:
    only_email = {"AUTH_SCHEMES": "password,email", "SMS_DRIVER": "log"}
    only_mobile = {"AUTH_SCHEMES": "password,mobile", "MAIL_URL": "log://"}

    assert faults(tmp_path, "production", only_email) == set()
    assert faults(tmp_path, "production", only_mobile) == set()


@pytest.mark.rule(10)
@pytest.mark.parametrize("environment", ["staging", "production"])
def test_inherited_bypass_outside_production(tmp_path: Path, environment: str) -> None:
    on = {"AUTH_TEST_HOOKS": "true"}

    assert faults(tmp_path, environment, on) == {"AUTH_TEST_HOOKS"}
    assert faults(tmp_path, "local", on) == set()
    assert not load(tmp_path, "local").auth.test_hooks


@pytest.mark.rule(19)
@pytest.mark.parametrize("environment", ["staging", "production"])
def test_where_people_are_served_no_cost_is_below_owasps_least(
    tmp_path: Path, environment: str
) -> None:
    below = {"HASH_MEMORY_KIB": "19455", "HASH_TIME_COST": "1"}

    assert faults(tmp_path, environment, below) == set(below)
    assert faults(tmp_path, "local", below) == faults(tmp_path, "testing", below) == set()
    for memory, time in (("19456", "2"), ("65536", "3")):
        least = {"HASH_MEMORY_KIB": memory, "HASH_TIME_COST": time}
        assert faults(tmp_path, environment, least) == set()
