"""The contract of rooms itself sees what it should."""

from __future__ import annotations

from typing import Any

import pytest
from grimp import ImportGraph

from tests.architecture.rooms import Rooms


def broken(rooms: list[str], *imports: tuple[str, str]) -> list[str]:
    graph = ImportGraph()
    for importer, imported in imports:
        graph.add_module(importer)
        graph.add_module(imported, is_squashed="." not in imported)
        graph.add_import(importer=importer, imported=imported)
    session = {"root_packages": ["pkg", "app"]}
    contract = Rooms(name="rooms", session_options=session, contract_options={"rooms": rooms})
    found: list[Any] = contract.check(graph, verbose=False).metadata["found"]
    return found


@pytest.mark.parametrize(
    "room", ["pkg.cache.drivers.redis", "pkg.cache", "pkg", "pkg.*.drivers.redis", "*"]
)
def test_a_library_may_be_known_in_its_room_and_below(room: str) -> None:
    assert broken([f"redis: app {room}"], ("pkg.cache.drivers.redis", "redis")) == []


@pytest.mark.parametrize("room", ["pkg.cache.drivers.red", "pkg.jwt", "app", ""])
def test_a_library_elsewhere_is_told_with_its_importer(room: str) -> None:
    assert broken([f"redis: {room}"], ("pkg.cache.drivers.redis", "redis")) == [
        "pkg.cache.drivers.redis imports redis"
    ]


def test_a_library_on_no_line_is_told() -> None:
    assert broken([], ("pkg.cache", "redis")) == ["pkg.cache imports redis"]


def test_a_line_that_nobody_needs_is_told() -> None:
    assert broken(["redis: pkg"]) == ["nobody imports redis: take its line out"]


def test_the_standard_library_and_ourselves_need_no_room() -> None:
    assert broken([], ("pkg.cache", "json"), ("app.models", "pkg.errors")) == []
