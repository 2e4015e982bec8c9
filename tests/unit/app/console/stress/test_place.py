"""A database for one run: there in the block, and gone after it, whatever ends that."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.console.stress.place import opened, scratch
from pkg.testing import require

NAMES = {
    "postgres": "SELECT datname AS name FROM pg_database",
    "mysql": "SELECT schema_name AS name FROM information_schema.schemata",
}


async def is_there(kind: str, url: str) -> bool:
    async with opened(require(kind)) as database:
        names = [row["name"] for row in await database.fetch(NAMES[kind])]
    return url.rpartition("/")[2] in names


@pytest.mark.parametrize("kind", NAMES)
async def test_a_server_has_it_for_the_block_and_no_longer(kind: str, tmp_path: Path) -> None:
    async with scratch(require(kind), tmp_path) as url:
        async with opened(url) as database:
            await database.ping()
        assert await is_there(kind, url)

    assert not await is_there(kind, url)


async def test_a_cancelled_run_takes_it_along(tmp_path: Path) -> None:
    server, made = require("postgres"), asyncio.get_running_loop().create_future()

    async def run() -> None:
        async with scratch(server, tmp_path) as url, opened(url, pool_min=1):
            made.set_result(url)
            await asyncio.Event().wait()

    task = asyncio.create_task(run())
    url = await made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert not await is_there("postgres", url)


async def test_without_a_server_it_is_a_file_of_the_folder(tmp_path: Path) -> None:
    async with scratch(None, tmp_path) as url:
        assert url == f"sqlite://{tmp_path / 'app.sqlite3'}"
