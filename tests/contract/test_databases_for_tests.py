"""What other tests rely on: a migrated database in which nobody has been before."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models import Conversation, Setting, User
from pkg.database import Dialect
from pkg.testing import require
from tests.databases import DIALECTS, blank, opened, ready
from tests.redises import Lease


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    wanted: Dialect = request.param
    if wanted != "sqlite":
        require(wanted)
    return wanted


async def test_a_ready_database_is_as_the_migrations_left_it(
    dialect: Dialect, tmp_path: Path
) -> None:
    databases = ready(dialect, tmp_path)
    try:
        async with opened(databases.fresh(tmp_path), models=["app.models"]):
            epoch = (await Setting.get(name="epoch")).value
            author = await User.create(name="ann")
            _ = await Conversation.create(kind="group", owner_id=author.id)
            await Conversation.filter(kind="lobby").update(last_seq=9)
            await Setting.all().delete()

        async with opened(databases.fresh(tmp_path), models=["app.models"]):
            assert await User.all().count() == 0
            assert await Conversation.all().values_list("id", "kind", "last_seq") == [
                (1, "lobby", 0)
            ]
            assert (await Setting.get(name="epoch")).value == epoch
    finally:
        databases.close()


async def test_a_blank_database_holds_nothing_and_ends_with_its_block(
    dialect: Dialect, tmp_path: Path
) -> None:
    async with blank(dialect, tmp_path) as url, opened(url) as database:
        await database.execute("CREATE TABLE things (id int)")
        assert await database.fetch("SELECT * FROM things") == []


def test_an_unknown_kind_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="TEST_DATABASE"):
        ready("oracle", tmp_path)


def test_two_runs_never_share_a_redis() -> None:
    one, two = Lease(require("redis")), Lease(require("redis"))
    try:
        assert one.fresh() != two.fresh()
    finally:
        one.close()
        two.close()
