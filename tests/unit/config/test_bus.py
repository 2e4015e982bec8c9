"""How HUB_BUS* are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import load_settings
from pkg.config import ConfigFaults
from pkg.hub.bus import BusConfig

REDIS = "redis://127.0.0.1:6379/0"
OTHER = "redis+cluster://one:7000,two:7000"


def read(folder: Path, **environ: str) -> BusConfig:
    return load_settings(folder, environ=environ).bus


def faults(folder: Path, **environ: str) -> str:
    with pytest.raises(ConfigFaults) as found:
        read(folder, **environ)
    return str(found.value)


def url(config: BusConfig) -> str | None:
    return None if config.url is None else config.url.get_secret_value()


def test_one_process_without_redis_needs_no_bus_of_redis(tmp_path: Path) -> None:
    assert read(tmp_path).driver == "memory"


def test_where_redis_is_set_the_bus_is_there(tmp_path: Path) -> None:
    config = read(tmp_path, REDIS_URL=REDIS)

    assert (config.driver, url(config)) == ("redis", REDIS)


def test_a_bus_may_have_a_redis_of_its_own(tmp_path: Path) -> None:
    assert url(read(tmp_path, REDIS_URL=REDIS, HUB_BUS_URL=OTHER)) == OTHER
    assert read(tmp_path, HUB_BUS_URL=OTHER).driver == "redis"


def test_a_bus_in_memory_may_be_asked_for_beside_redis(tmp_path: Path) -> None:
    assert read(tmp_path, REDIS_URL=REDIS, HUB_BUS="memory").driver == "memory"


def test_a_bus_of_redis_needs_an_address(tmp_path: Path) -> None:
    assert "HUB_BUS" in faults(tmp_path, HUB_BUS="redis")


def test_an_address_of_another_kind_is_told_and_not_quoted(tmp_path: Path) -> None:
    told = faults(tmp_path, HUB_BUS_URL="amqp://secret@host")

    assert "HUB_BUS_URL" in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("app", "name"),
    [("Parley", "parley"), ("My Chat 2", "my-chat-2"), ("聊天", "聊天"), ("!", "parley")],
)
def test_the_name_of_the_application_sets_it_apart(tmp_path: Path, app: str, name: str) -> None:
    assert read(tmp_path, APP_NAME=app).name == name
    assert read(tmp_path, APP_NAME=app, HUB_BUS_NAME="other").name == "other"
