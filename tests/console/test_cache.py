"""cache:get, cache:stats; cache:clear, cache:forget: here, and in every process that runs."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.container import open_services
from config.settings import load_settings
from pkg.console import Exit
from tests.console.conftest import KEY, Run

IN_DATABASE: dict[str, Any] = {"CACHE_STORE": "database"}


@pytest.fixture(autouse=True)
def migrated(run: Run) -> None:
    run("migrate:up")


def cached(
    root: Path, *, put: Mapping[str, str] | None = None, **environment: Any
) -> dict[str, Any]:
    """Puts values, if given, and answers what the cache holds of `a` and `b`."""

    async def look() -> dict[str, Any]:
        settings = load_settings(root, environ={"APP_KEY": KEY, **environment})
        async with open_services(settings) as services:
            for key, value in (put or {}).items():
                await services.cache.put(key, value, ttl=60)
            return {key: await services.cache.get(key) for key in ("a", "b")}

    return asyncio.run(look())


def signals(root: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        return file.execute("SELECT kind, subject FROM signals ORDER BY id").fetchall()


def test_one_key_is_forgotten_and_the_others_stay(run: Run, root: Path) -> None:
    cached(root, put={"a": "1", "b": "2"}, **IN_DATABASE)

    first, second = (run("cache:forget", "a", **IN_DATABASE) for _ in range(2))

    assert first.stdout == "✓ forgot a\n"
    assert second.stdout.startswith("a was not there")
    assert first.exit_code == second.exit_code == Exit.DONE
    assert cached(root, **IN_DATABASE) == {"a": None, "b": "2"}


def test_clearing_leaves_nothing(run: Run, root: Path) -> None:
    cached(root, put={"a": "1", "b": "2"}, **IN_DATABASE)

    assert run("cache", "clear", **IN_DATABASE).stdout == "✓ the cache is empty\n"
    assert cached(root, **IN_DATABASE) == {"a": None, "b": None}


def test_other_processes_are_told(run: Run, root: Path) -> None:
    run("cache:forget", "users:7")
    run("cache:clear")

    assert signals(root) == [("cache.forget", "users:7"), ("cache.clear", "")]


async def test_a_running_process_forgets_what_another_was_told(run: Run, root: Path) -> None:
    settings = load_settings(root, environ={"APP_KEY": KEY})
    async with open_services(settings) as services:
        await services.signals.look()
        await services.cache.put("a", 1, ttl=60)
        await services.cache.put("b", 2, ttl=60)

        await asyncio.to_thread(run, "cache:forget", "a")
        await services.signals.look()
        assert (await services.cache.get("a"), await services.cache.get("b")) == (None, 2)

        await asyncio.to_thread(run, "cache:clear")
        await services.signals.look()
        assert await services.cache.get("b") is None


def test_a_key_that_no_signal_can_carry_is_refused(run: Run) -> None:
    ended = run("cache:forget", "k" * 191)

    assert ended.exit_code == Exit.FAILED
    assert "at most 190 characters" in ended.stderr


def test_a_value_is_shown_as_json_and_a_miss_ends_with_1(run: Run, root: Path) -> None:
    cached(root, put={"a": "猫"}, **IN_DATABASE)

    found, missed = (run("cache:get", key, **IN_DATABASE) for key in ("a", "b"))

    assert (found.exit_code, json.loads(found.stdout)) == (Exit.DONE, "猫")
    assert (missed.exit_code, missed.stderr) == (Exit.FAILED, "error: b is not there\n")


def test_another_store_than_the_one_that_is_set_may_be_named(run: Run, root: Path) -> None:
    cached(root, put={"a": "1", "b": "2"}, **IN_DATABASE)
    other = ("--store", "database")

    assert json.loads(run("cache:get", "a", *other).stdout) == "1"
    assert run("cache:forget", "a", *other).stdout == "✓ forgot a\n"
    assert json.loads(run("cache:stats", "--json", *other).stdout) == [
        {"node": "all", "store": "database", "entries": 1, "bytes": 3}
    ]
    run("cache:clear", *other)
    assert run("cache:get", "b", *other).exit_code == Exit.FAILED


@pytest.mark.parametrize("words", [("cache:get", "a"), ("cache:stats",)])
def test_the_memory_of_a_server_is_not_taken_for_an_empty_cache(
    run: Run, words: tuple[str, ...]
) -> None:
    ended = run(*words)

    assert ended.exit_code == Exit.FAILED
    assert "server" in ended.stderr


def test_a_store_that_is_away_is_not_taken_for_a_miss(run: Run) -> None:
    ended = run("cache:get", "a", REDIS_URL="redis://127.0.0.1:1/0")

    assert ended.exit_code == Exit.FAILED
    assert "no answer from redis" in ended.stderr
