"""Seeders run in their order, each with chance of its own, under either of their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from pkg.errors import Unavailable
from pkg.seed import Order, Runner, Seeder, SeederTwice, Sown, Tell, UnknownSeeder
from pkg.seed.contract import canonical


@dataclass
class Ground:
    """A table that remembers who put what into it."""

    rows: list[tuple[str, int]] = field(default_factory=list)
    tell: Callable[[int], None] = lambda _: None


@dataclass(frozen=True)
class Sow:
    """A seeder's function that brings *name* up to *count* rows."""

    name: str

    async def __call__(self, ground: Ground, chance: Random, /, *, count: int = 3) -> int:
        have = sum(name == self.name for name, _ in ground.rows)
        made = [(self.name, chance.randrange(10**9)) for _ in range(count)][have:]
        ground.rows += made
        ground.tell(count)
        return len(made)


async def breaks(ground: Ground, chance: Random, /, *, count: int = 1) -> int:
    raise Unavailable("the database is away")


def seeder(name: str, *, local: bool = False) -> Seeder[Ground, Random]:
    return Seeder(name, Sow(name), f"fills {name}", local=local)


def on(shelf: Ground, tell: Tell) -> Ground:
    """Answers a ground with the rows of *shelf* that tells *tell*."""
    return Ground(shelf.rows, tell)


ORDER = Order(Random, on, seeder("users"), seeder("posts"), seeder("post_tags"))


async def test_without_names_all_run_in_the_declared_order() -> None:
    ground = Ground()

    sown = await Runner(ORDER).run(ground)

    assert [(one.seeder.name, one.count) for one in sown] == [
        ("users", 3),
        ("posts", 3),
        ("post_tags", 3),
    ]
    assert [name for name, _ in ground.rows] == ["users"] * 3 + ["posts"] * 3 + ["post_tags"] * 3


async def test_the_named_run_in_the_declared_order_and_once() -> None:
    sown = await Runner(ORDER).run(Ground(), ["posts", "users", "SeedPostsTable"])

    assert [one.seeder.name for one in sown] == ["users", "posts"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("users", "users"),
        ("Users", "users"),
        ("SeedUsersTable", "users"),
        ("UsersTableSeeder", "users"),
        ("UsersSeeder", "users"),
        ("SeedPostTagsTable", "post_tags"),
        ("post_tags", "post_tags"),
        ("Seed", "seed"),
        ("Table", "table"),
        ("", ""),
    ],
)
def test_a_class_name_of_other_skeletons_names_the_seeder_too(written: str, name: str) -> None:
    assert canonical(written) == name


async def test_an_unknown_name_runs_nothing_and_lists_those_there_are() -> None:
    ground = Ground()

    with pytest.raises(UnknownSeeder, match="no seeder 'ghosts'; there are users, posts"):
        await Runner(ORDER).run(ground, ["users", "ghosts"])

    assert ground.rows == []


def test_two_seeders_of_one_name_are_refused() -> None:
    with pytest.raises(SeederTwice, match="users stands 2 times"):
        Order(Random, on, seeder("users"), seeder("users"))


async def test_a_second_run_adds_nothing_and_a_larger_count_goes_on() -> None:
    ground, runner = Ground(), Runner(ORDER)
    await runner.run(ground, ["users"])

    again = await runner.run(ground, ["users"])
    more = await runner.run(ground, ["users"], count=5)

    assert [one.count for one in (*again, *more)] == [0, 2]


async def test_a_count_of_nothing_is_a_count() -> None:
    assert [one.count for one in await Runner(ORDER).run(Ground(), count=0)] == [0, 0, 0]


async def test_equal_seeds_give_equal_rows_and_other_seeds_other_rows() -> None:
    one, same, other = Ground(), Ground(), Ground()

    await Runner(ORDER, random_seed=7).run(one)
    await Runner(ORDER, random_seed=7).run(same)
    await Runner(ORDER, random_seed=8).run(other)

    assert one.rows == same.rows
    assert one.rows != other.rows


async def test_a_seeder_makes_the_same_rows_alone_and_among_others() -> None:
    alone, among = Ground(), Ground()

    await Runner(ORDER).run(alone, ["posts"])
    await Runner(ORDER).run(among)

    assert alone.rows == [row for row in among.rows if row[0] == "posts"]


async def test_two_seeders_do_not_share_their_chance() -> None:
    ground = Ground()

    await Runner(ORDER).run(ground, ["users", "posts"])

    assert {n for name, n in ground.rows if name == "users"}.isdisjoint(
        n for name, n in ground.rows if name == "posts"
    )


async def test_what_is_local_is_left_out_where_people_are_served() -> None:
    order, ground = Order(Random, on, seeder("demo", local=True), seeder("posts")), Ground()

    sown = await Runner(order, local=False).run(ground)

    assert [(one.seeder.name, one.count, one.skipped) for one in sown] == [
        ("demo", 0, True),
        ("posts", 3, False),
    ]
    assert {name for name, _ in ground.rows} == {"posts"}


async def test_progress_is_told_as_each_is_done() -> None:
    ground, told = Ground(), list[tuple[str, int]]()

    def progress(sown: Sown) -> None:
        told.append((sown.seeder.name, len(ground.rows)))

    await Runner(ORDER, progress=progress).run(ground)

    assert told == [("users", 3), ("posts", 6), ("post_tags", 9)]


async def test_whoever_watches_hears_of_each_one_s_rows_and_how_many_there_will_be() -> None:
    heard = list[tuple[str, int, int]]()

    @contextmanager
    def watch(seeder: Seeder[Any, Any], rows: int) -> Iterator[Tell]:
        yield lambda done: heard.append((seeder.name, done, rows))

    runner = Runner(ORDER, watch=watch)
    await runner.run(Ground(), ["users"])
    await runner.run(Ground(), ["posts"], count=7)

    assert heard == [("users", 3, 3), ("posts", 7, 7)]


async def test_a_failure_ends_the_run_and_leaves_what_was_done() -> None:
    order = Order(Random, on, seeder("users"), Seeder("bad", breaks, ""), seeder("posts"))
    ground = Ground()

    with pytest.raises(Unavailable, match="away"):
        await Runner(order).run(ground)

    assert {name for name, _ in ground.rows} == {"users"}
