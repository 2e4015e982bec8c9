"""Runs seeders: one after another, each with chance of its own."""

from __future__ import annotations

import hashlib
import inspect
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Generic

from pkg.seed.contract import F, G, Order, S, Seeder, Tell


@dataclass(frozen=True, slots=True)
class Sown:
    """What became of one seeder."""

    seeder: Seeder[Any, Any]
    count: int = 0
    seconds: float = 0.0
    skipped: bool = False  # it is for local environments, and this is none


Progress = Callable[[Sown], None]
Watch = Callable[[Seeder[Any, Any], int], AbstractContextManager[Tell]]


class Runner(Generic[S, G, F]):
    """Runs the seeders of *order*, telling *progress* of each as it is done.

    *watch* is asked for somebody who is told of each one's rows, out of how many, while it runs. A
    seeder's chance comes from *random_seed* and its own name: it makes the same rows whether it
    runs alone, with others, or after a seeder was put before it.
    """

    def __init__(
        self,
        order: Order[S, G, F],
        *,
        random_seed: int = 1,
        local: bool = True,
        progress: Progress = lambda _: None,
        watch: Watch = lambda _, __: nullcontext(lambda _: None),
    ) -> None:
        self._order = order
        self._random_seed = random_seed
        self._local = local
        self._progress = progress
        self._watch = watch

    async def run(
        self, source: S, names: Sequence[str] = (), *, count: int | None = None
    ) -> list[Sown]:
        """Runs the seeders named, or all; *count* stands in for each one's own number.

        A seeder that fails ends the run with what it raised; what earlier ones did stays.

        Raises:
            UnknownSeeder: one of *names* is no seeder's; none has run.
        """
        return [await self._sow(each, source, count) for each in self._order.pick(names)]

    async def _sow(self, seeder: Seeder[G, F], source: S, count: int | None) -> Sown:
        if seeder.local and not self._local:
            return self._told(Sown(seeder, skipped=True))
        began = time.perf_counter()
        wanted = _own_count(seeder) if count is None else count
        with self._watch(seeder, wanted) as tell:
            ground = self._order.ground(source, tell)
            faker = self._order.faker(self._chance(seeder.name))
            added = await seeder.run(ground, faker, count=wanted)
        return self._told(Sown(seeder, added, time.perf_counter() - began))

    def _chance(self, name: str) -> int:
        digest = hashlib.sha256(f"{self._random_seed}:{name}".encode()).digest()
        return int.from_bytes(digest[:8])

    def _told(self, sown: Sown) -> Sown:
        self._progress(sown)
        return sown


def _own_count(seeder: Seeder[Any, Any]) -> int:
    """Answers how many rows a seeder brings about unless it is told otherwise."""
    count: int = inspect.signature(seeder.run).parameters["count"].default
    return count
