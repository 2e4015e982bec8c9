"""Rows written only as they were seen; what a table refuses has a name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import pytest

from app.errors import InUse, Stale, Taken
from app.providers.rows import Seen, change, insert, remove
from pkg.clock import FakeClock
from pkg.database import ConstraintBroken, Database, Dialect, Duplicate
from pkg.validation import Invalid
from tests.databases import DIALECTS, blank, opened
from tests.unit.app.providers.racks import Box, Rack, set_up

NOW = FakeClock().now()
RACERS = 6


@pytest.fixture(params=DIALECTS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    dialect: Dialect = request.param
    models = ["app.models", "tests.unit.app.providers.racks"]
    async with blank(dialect, tmp_path) as url, opened(url, models=models) as found:
        await set_up(found)
        yield found


async def rack(name: str = "a") -> Rack:
    made = Rack(name=name)
    await insert(made)
    return made


async def renamed(database: Database, id: int, name: str, seen: Seen) -> tuple[str, int]:
    """Answers the name and the rev as they are then."""
    async with database.transaction():
        row = await Rack.get(id=id)
        await change(row, {"name": name}, seen=seen, now=NOW)
    return row.name, row.rev


async def race(*work: Coroutine[Any, Any, Any]) -> list[type[BaseException] | None]:
    """Answers how each of *work* ended, all at once."""
    ended = await asyncio.gather(*work, return_exceptions=True)
    return [type(one) if isinstance(one, BaseException) else None for one in ended]


async def test_a_value_of_which_there_is_one_is_refused_by_its_name(database: Database) -> None:
    await insert(Rack(name="a", code="x"))

    for row, field in ((Rack(name="a"), "name"), (Rack(name="b", code="x"), "code")):
        with pytest.raises(Taken) as caught:
            await insert(row)
        assert [*caught.value.faults] == [field]
    await insert(Rack(name="b"))
    await insert(Rack(name="c"))  # two without a code are not alike


async def test_of_those_who_want_one_value_at_once_one_gets_it(database: Database) -> None:
    ended = await race(*(rack() for _ in range(RACERS)))

    assert sorted(map(str, ended)) == sorted(map(str, [None, *[Taken] * (RACERS - 1)]))


async def test_a_key_over_several_columns_names_no_one_field(database: Database) -> None:
    there = await rack()
    await insert(Box(label="a", rack_id=there.id))

    with pytest.raises(Duplicate):
        await insert(Box(label="a", rack_id=there.id))


async def test_every_reference_that_leads_nowhere_is_named(database: Database) -> None:
    there = await rack()

    with pytest.raises(Invalid) as caught:
        await insert(Box(label="a", rack_id=98, spare_id=99))

    assert {name: found[0].code for name, found in caught.value.faults.items()} == {
        "rack_id": "absent",
        "spare_id": "absent",
    }
    box = Box(label="a", rack_id=there.id)
    await insert(box)
    with pytest.raises(Invalid):
        await change(box, {"spare_id": 99}, seen=None, now=NOW)
    await change(box, {"spare_id": there.id}, seen=None, now=NOW)
    await change(box, {"spare_id": None}, seen=None, now=NOW)
    assert (box.spare_id, box.rev) == (None, 3)


async def test_a_parent_that_goes_after_the_look_is_named_too(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await rack()
    save = Box.save

    async def late(box: Box, **how: Any) -> None:
        await Rack.filter(id=there.id).delete()
        await save(box, **how)

    monkeypatch.setattr(Box, "save", late)

    with pytest.raises(Invalid) as caught:
        await insert(Box(label="a", rack_id=there.id))

    assert [*caught.value.faults] == ["rack_id"]


async def test_a_rule_that_is_no_reference_is_told_as_it_is(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await rack()

    async def broken(box: Box, **how: Any) -> None:
        raise ConstraintBroken("a check")

    monkeypatch.setattr(Box, "save", broken)

    with pytest.raises(ConstraintBroken, match="a check"):
        await insert(Box(label="a", rack_id=there.id))


async def test_a_parent_that_goes_inside_a_transaction_still_breaks_a_rule(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await rack()
    save = Box.save

    async def late(box: Box, **how: Any) -> None:
        await Rack.filter(id=there.id).delete()
        await save(box, **how)

    monkeypatch.setattr(Box, "save", late)

    with pytest.raises((Invalid, ConstraintBroken)):
        async with database.transaction():
            await insert(Box(label="a", rack_id=there.id))
    assert await Rack.filter(id=there.id).exists()


async def test_a_change_counts_and_what_is_read_is_what_was_written(database: Database) -> None:
    made = await rack()

    assert await renamed(database, made.id, "b", frozenset({1})) == ("b", 2)
    assert await renamed(database, made.id, "c", frozenset({1, 2})) == ("c", 3)

    assert (await Rack.get(id=made.id)).updated_at == NOW


async def test_who_comes_late_changes_nothing(database: Database) -> None:
    made = await rack()
    await renamed(database, made.id, "b", frozenset({1}))

    for seen in (frozenset({1}), frozenset({7}), frozenset[int]()):
        with pytest.raises(Stale):
            await renamed(database, made.id, "c", seen)
        with pytest.raises(Stale):
            await remove(made, seen=seen)
        with pytest.raises(Stale):
            await change(made, {}, seen=seen, now=NOW)

    assert [(row.name, row.rev) for row in await Rack.all()] == [("b", 2)]


async def test_of_those_who_saw_the_same_one_changes_it(database: Database) -> None:
    made = await rack()

    ended = await race(
        *(renamed(database, made.id, f"b{n}", frozenset({1})) for n in range(RACERS))
    )

    assert sorted(map(str, ended)) == sorted(map(str, [None, *[Stale] * (RACERS - 1)]))
    assert (await Rack.get(id=made.id)).rev == 2


async def test_who_says_they_look_at_nothing_always_comes_through(database: Database) -> None:
    made = await rack()

    ended = await race(*(renamed(database, made.id, f"b{n}", None) for n in range(RACERS)))

    assert ended == [None] * RACERS
    assert (await Rack.get(id=made.id)).rev == 1 + RACERS


async def test_no_change_is_no_version(database: Database) -> None:
    made = await rack()

    await change(made, {}, seen=frozenset({1}), now=NOW)

    assert made.rev == 1


async def test_a_changed_value_that_another_has_is_refused_by_its_name(database: Database) -> None:
    await insert(Rack(name="a"))
    made = await rack("b")

    with pytest.raises(Taken):
        await renamed(database, made.id, "a", None)
    assert await renamed(database, made.id, "b", None) == ("b", 2)  # its own is nobody else's


async def test_what_others_cannot_be_without_stays(database: Database) -> None:
    used, spare = await rack("a"), await rack("b")
    box = Box(label="x", rack_id=used.id, spare_id=spare.id)
    await insert(box)

    with pytest.raises(InUse):
        await remove(used, seen=None)
    await remove(spare, seen=None)

    await box.refresh_from_db()
    assert (box.rack_id, box.spare_id) == (used.id, None)
    await remove(box, seen=frozenset({1}))
    await remove(used, seen=frozenset({1}))
    assert await Rack.all().count() == 0
