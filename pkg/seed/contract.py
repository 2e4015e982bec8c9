"""What a seeder is, and the order they run in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pkg.seed.errors import SeederTwice, UnknownSeeder

G = TypeVar("G")  # the ground: what a seeder works with
S = TypeVar("S")  # what a ground is made of, such as the services
F = TypeVar("F")  # the source of chance, such as a Faker
G_contra = TypeVar("G_contra", contravariant=True)
F_contra = TypeVar("F_contra", contravariant=True)

CLASS = re.compile(r"(?:Seed)?(\w+?)(?:Table)?(?:Seeder)?")  # SeedUsersTable, UsersTableSeeder
BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Run(Protocol[G_contra, F_contra]):
    """What fills a table."""

    def __call__(self, ground: G_contra, faker: F_contra, /, *, count: int = ...) -> Awaitable[int]:
        """Brings the table up to *count* rows of its own and answers how many it added.

        A second run with the same *faker* seed adds none; a larger *count* goes on where the last
        one stopped; rows that others made stay as they are.
        """
        ...


@dataclass(frozen=True, slots=True)
class Seeder(Generic[G, F]):
    """A seeder by name."""

    name: str  # small letters and _, as its file
    run: Run[G, F]
    line: str  # what it fills, for `seed --list`
    note: str = ""  # what people want to know once it has run
    local: bool = False  # left out where real people are served, whatever is forced


Tell = Callable[[int], None]  # how many rows are done since it was told last


class Order(Generic[S, G, F]):
    """The seeders in the order they run.

    *faker* makes each its own source of chance from a number, *ground* what it works with: out of
    what the runner was given, and a function that is told of rows as they are done.

    Raises:
        SeederTwice: two have one name.
    """

    def __init__(
        self, faker: Callable[[int], F], ground: Callable[[S, Tell], G], *seeders: Seeder[G, F]
    ) -> None:
        self.faker = faker
        self.ground = ground
        self.seeders = seeders
        for name, times in Counter(each.name for each in seeders).items():
            if times > 1:
                raise SeederTwice(f"{name} stands {times} times in the order")

    def pick(self, names: Sequence[str]) -> list[Seeder[G, F]]:
        """Answers the seeders that *names* name, in this order, each once; none names them all.

        Raises:
            UnknownSeeder: one is no seeder's name.
        """
        known = {each.name for each in self.seeders}
        wanted = {canonical(name) for name in names}
        for name in names:
            if canonical(name) not in known:
                there = ", ".join(each.name for each in self.seeders)
                raise UnknownSeeder(f"there is no seeder {name!r}; there are {there}")
        return [each for each in self.seeders if each.name in wanted or not wanted]


def canonical(name: str) -> str:
    """Answers a seeder's own name: `users` for `users`, `SeedUsersTable` and `UsersTableSeeder`."""
    match = CLASS.fullmatch(name) if name[:1].isupper() else None
    return BORDER.sub("_", match[1] if match else name).lower()
