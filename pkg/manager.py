"""Drivers by name: built once, kept, and swapped for a fake in tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

from pkg.errors import Misconfigured

T = TypeVar("T")


class UnknownDriver(Misconfigured):
    """No driver of that name is in the table."""

    code = "driver.unknown"


class Manager(Generic[T]):
    """Knows a module's drivers and builds each at most once.

    *factories* maps a name to a function that builds the driver; a heavy vendor is imported there.

    Raises:
        UnknownDriver: *default* is in no table; the message lists the names that are.
    """

    def __init__(self, factories: Mapping[str, Callable[[], T]], *, default: str) -> None:
        self._factories = dict(factories)
        self._built: dict[str, T] = {}
        self._swapped: list[T] = []
        self.default = self._known(default)

    def use(self, name: str | None = None) -> T:
        """Answers the driver *name*, or the default; the same one each time."""
        if name is None and self._swapped:
            return self._swapped[-1]
        wanted = self.default if name is None else self._known(name)
        if wanted not in self._built:
            self._built[wanted] = self._factories[wanted]()
        return self._built[wanted]

    @contextmanager
    def swap(self, driver: T) -> Iterator[T]:
        """Puts *driver* in the default's place for a block; blocks nest."""
        self._swapped.append(driver)
        try:
            yield driver
        finally:
            self._swapped.pop()

    def _known(self, name: str) -> str:
        if name not in self._factories:
            names = ", ".join(sorted(self._factories))
            raise UnknownDriver(f"there is no driver {name!r}; known are: {names}", name=name)
        return name
