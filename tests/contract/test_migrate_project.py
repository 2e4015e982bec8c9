"""The project's own migrations, and its own command, on every database."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pkg.console import Exit
from pkg.database import Database
from pkg.migrate import Migrator
from pkg.migrate.files import Files
from tests.contract.test_migrate import names
from tests.databases import DIALECTS, blank, opened

ROOT = Path(__file__).parents[2]
ALL = Files("database.migrations").names()


@pytest.fixture(params=DIALECTS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    async with blank(request.param, tmp_path) as made:
        yield made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with opened(url) as made:
        yield made


async def migrate_up(url: str, *words: str) -> tuple[int, str, str]:
    """Runs the command as a node does when it starts; answers its code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "main.py", "migrate:up", *words),
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_pretend_tells_of_the_projects_files_exactly_what_runs(database: Database) -> None:
    migrator = Migrator(database)

    told = await migrator.pretend("up")
    ran = await migrator.up()
    assert [(one.name, one.statements) for one in told] == [
        (one.name, one.statements) for one in ran
    ]

    told = await migrator.pretend("down")
    ran = await migrator.down()
    assert [(one.name, one.statements) for one in told] == [
        (one.name, one.statements) for one in ran
    ]
    assert names(ran) == ALL[::-1]


@pytest.mark.slow
@pytest.mark.rule(116)
async def test_of_two_nodes_that_start_at_once_one_applies_and_the_other_waits(url: str) -> None:
    ended = await asyncio.gather(migrate_up(url), migrate_up(url))

    assert [code for code, _, _ in ended] == [Exit.DONE, Exit.DONE]
    printed = sorted(out.rpartition("✓ ")[2].strip() for _, out, _ in ended)
    assert printed == [f"{len(ALL)} applied", "nothing is pending"]


@pytest.mark.slow
@pytest.mark.rule(116)
async def test_of_two_nodes_that_do_not_wait_none_applies_what_the_other_does(url: str) -> None:
    ended = await asyncio.gather(*(migrate_up(url, "--wait", "0") for _ in range(3)))

    codes = sorted(code for code, _, _ in ended)
    assert codes[0] == Exit.DONE
    assert set(codes) <= {Exit.DONE, Exit.LOCKED}
    assert [out.count(" applied") for _, out, _ in ended].count(1) == 1
    assert all(
        "has been migrating for" in err or "has just migrated" in err
        for code, _, err in ended
        if code == Exit.LOCKED
    )
    async with opened(url) as database:
        assert await Migrator(database).pending() == []
