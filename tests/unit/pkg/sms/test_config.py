from __future__ import annotations

from pathlib import Path

import pytest

from config.sms import load
from pkg.config import ConfigFaults, Env
from pkg.sms import SmsConfig


def env(tmp_path: Path, **variables: str) -> Env:
    return Env.load(tmp_path, environ=variables)


def test_without_settings_messages_go_to_the_log(tmp_path: Path) -> None:
    assert load(env(tmp_path)).drivers == ("log",)


def test_several_drivers_keep_their_order() -> None:
    assert SmsConfig(drivers=("aliyun", "log")).drivers == ("aliyun", "log")


def test_a_half_set_account_is_told_at_boot_with_all_that_is_missing(tmp_path: Path) -> None:
    read = env(tmp_path, SMS_DRIVER="aliyun,log")
    load(read)

    with pytest.raises(ConfigFaults) as caught:
        read.check()
    for name in ("KEY_ID", "KEY_SECRET", "SIGN", "TEMPLATE"):
        assert f"SMS_ALIYUN_{name}" in str(caught.value)


def test_a_whole_account_passes(tmp_path: Path) -> None:
    read = env(
        tmp_path,
        SMS_DRIVER="aliyun",
        SMS_ALIYUN_KEY_ID="id",
        SMS_ALIYUN_KEY_SECRET="secret",
        SMS_ALIYUN_SIGN="Parley",
        SMS_ALIYUN_TEMPLATE="SMS_1",
        SMS_ALIYUN_TEMPLATE_RESET="SMS_2",
    )

    config = load(read)

    read.check()
    assert config.aliyun_templates["login"] == "SMS_1"
    assert config.aliyun_templates["reset"] == "SMS_2"


def test_an_unknown_driver_is_a_fault(tmp_path: Path) -> None:
    read = env(tmp_path, SMS_DRIVER="pigeon")
    load(read)

    with pytest.raises(ConfigFaults, match="SMS_DRIVER"):
        read.check()
