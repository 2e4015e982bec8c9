"""bench:tokens: N lines and nothing else, a user each."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from app.container import open_services
from config.settings import load_settings
from pkg.auth import Principal
from pkg.console import Exit
from tests.console.conftest import DEPLOYED, KEY, Run

LINE = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+\tu:\d+")


@pytest.fixture(autouse=True)
def migrated(run: Run) -> None:
    run("migrate:up")


def lines(run: Run, count: int) -> list[str]:
    printed = run("bench:tokens", str(count))
    assert printed.exit_code == Exit.DONE
    return printed.stdout.splitlines()


def test_there_are_as_many_lines_as_asked_for_each_of_another_user(run: Run) -> None:
    printed = lines(run, 600)

    assert len(printed) == 600
    assert all(LINE.fullmatch(line) for line in printed)
    assert len({line.partition("\t")[2] for line in printed}) == 600


def test_a_second_run_has_the_same_users_and_other_tokens(run: Run) -> None:
    first, second = lines(run, 3), lines(run, 4)

    assert [line.split("\t")[1] for line in first] == [line.split("\t")[1] for line in second[:3]]
    assert {line.split("\t")[0] for line in first}.isdisjoint(
        line.split("\t")[0] for line in second
    )


def test_a_token_proves_the_user_beside_it(run: Run, root: Path) -> None:
    token, _, address = lines(run, 2)[1].partition("\t")

    async def proved() -> Principal:
        settings = load_settings(root, environ={"APP_KEY": KEY})
        async with open_services(settings) as services:
            return await services.auth.by_token(token)

    assert f"u:{asyncio.run(proved()).user_id}" == address


def test_a_deployment_gives_no_token_without_a_login(run: Run) -> None:
    refused = run("bench:tokens", "3", **DEPLOYED)

    assert refused.exit_code == Exit.REFUSED
    assert refused.stdout == ""


@pytest.mark.parametrize("count", ["0", "-1", "x", "1000001"])
def test_a_number_out_of_bounds_is_a_mistake_in_use(run: Run, count: str) -> None:
    assert run("bench:tokens", "--", count).exit_code == Exit.USAGE
