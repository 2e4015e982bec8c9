"""Drivers by name: built once, kept, swapped for a block."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pkg.manager import Manager, UnknownDriver

Factory = Callable[[], list[str]]


def maker(name: str, built: list[str]) -> Factory:
    def make() -> list[str]:
        built.append(name)
        return [name]

    return make


def manager(built: list[str]) -> Manager[list[str]]:
    return Manager({name: maker(name, built) for name in ("one", "two")}, default="one")


def test_a_driver_is_built_when_first_used_and_kept() -> None:
    built: list[str] = []
    drivers = manager(built)
    assert built == []

    assert drivers.use() is drivers.use("one")
    assert built == ["one"]


def test_another_is_had_by_its_name() -> None:
    assert manager([]).use("two") == ["two"]


def test_an_unknown_default_fails_at_once_and_lists_the_known() -> None:
    with pytest.raises(UnknownDriver, match="'three'; known are: one, two"):
        Manager({"two": list, "one": list}, default="three")


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(UnknownDriver, match="known are: one, two"):
        manager([]).use("three")


def test_a_swap_holds_for_its_block_and_blocks_nest() -> None:
    drivers = manager([])

    with drivers.swap(["outer"]) as outer:
        with drivers.swap(["inner"]):
            assert drivers.use() == ["inner"]
        assert drivers.use() is outer
        assert drivers.use("one") == ["one"]

    assert drivers.use() == ["one"]


def test_a_swap_ends_with_an_error_too() -> None:
    drivers = manager([])

    with pytest.raises(ZeroDivisionError), drivers.swap(["fake"]):
        _ = 1 / 0

    assert drivers.use() == ["one"]


def test_the_table_is_copied() -> None:
    factories: dict[str, Factory] = {"one": lambda: ["one"]}
    drivers = Manager(factories, default="one")

    factories.clear()

    assert drivers.use() == ["one"]
