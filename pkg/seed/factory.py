"""Rows out of chance: what each is made of, states that change it, numbers that tell rows apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count as counting
from typing import Any, Generic, Protocol, TypeVar, cast

F = TypeVar("F")  # the source of chance, such as a Faker
M = TypeVar("M")  # the row
F_contra = TypeVar("F_contra", contravariant=True)

FIRST_OWN = 1_000_001  # rows that nobody numbered stay clear of those that seeders did

Values = dict[str, Any]
Numbered = Callable[[int], Any]  # what differs by a row's number


class Make(Protocol[F_contra]):
    """Answers a row's values from chance and from its number, which counts from 1."""

    def __call__(self, chance: F_contra, number: int, /) -> Values: ...


@dataclass(frozen=True)
class Factory(Generic[F, M]):
    """Makes unsaved rows of *model*; `state` and `having` answer a factory that makes others.

    What is given stands in for what would be made: a value, `cycle` or another function of the
    row's number, or a factory, whose row `create` saves first.
    """

    model: Callable[..., M]
    make: Make[F]
    states: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    _own: Iterator[int] = field(default_factory=partial(counting, FIRST_OWN), compare=False)

    def state(self, *names: str) -> Factory[F, M]:
        """Answers the factory of rows in these states; of two that say the same, the later holds.

        Raises:
            ValueError: it has no such state.
        """
        given = dict(self.given)
        for name in names:
            if name not in self.states:
                there = ", ".join(self.states) or "none"
                raise ValueError(f"there is no state {name!r}; there are {there}")
            given |= self.states[name]
        return replace(self, given=given)

    def having(self, **given: Any) -> Factory[F, M]:
        """Answers the factory of rows with these values."""
        return replace(self, given={**self.given, **given})

    def values(self, chance: F, number: int) -> Values:
        """Answers what the row of that *number* is made of: for `insert`, which wants no model."""
        given = {
            name: value(number) if callable(value) and not isinstance(value, Factory) else value
            for name, value in self.given.items()
        }
        return self.make(chance, number) | given

    def __call__(self, chance: F, number: int | None = None, **given: Any) -> M:
        """Answers one unsaved row; without a *number* it gets one that no other of them has.

        Raises:
            TypeError: a value is a factory: only `create` saves rows.
        """
        values = self._values(chance, number, given)
        for name, value in values.items():
            if isinstance(value, Factory):
                raise TypeError(f"{name} is a factory: `await ...create(...)` saves its row first")
        return self.model(**values)

    def many(self, chance: F, count: int, *, first: int = 1) -> Iterator[M]:
        """Answers *count* unsaved rows, made as they are taken, numbered from *first*."""
        return (self(chance, number) for number in range(first, first + count))

    async def create(self, chance: F, number: int | None = None, **given: Any) -> M:
        """Saves one row, and before it the rows of the factories among its values."""
        values = self._values(chance, number, given)
        for name, value in values.items():
            if isinstance(value, Factory):
                values[name] = await value.create(chance, number)
        row = self.model(**values)
        await cast(Saved, row).save()
        return row

    def _values(self, chance: F, number: int | None, given: Mapping[str, Any]) -> Values:
        factory = self.having(**given) if given else self
        return factory.values(chance, next(self._own) if number is None else number)


class Saved(Protocol):
    """A row that can be saved, as Tortoise's models can."""

    async def save(self) -> None: ...


def cycle(*values: Any) -> Numbered:
    """Answers *values* in turn, by the row's number: the third of two is the first again."""
    return lambda number: values[(number - 1) % len(values)]
