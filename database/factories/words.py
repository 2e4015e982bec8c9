"""Names of people, as Faker has them: asking it for each takes a hundred times as long."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import NamedTuple


class Words(NamedTuple):
    """First and last names as they are written, and in letters that a login may have."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    latin_first: tuple[str, ...]
    latin_last: tuple[str, ...]


@cache
def words(locale: str) -> Words:
    """Answers the names of *locale*, in an order that never changes."""
    people = import_module(f"faker.providers.person.{locale}").Provider
    first, last = tuple(people.first_names), tuple(people.last_names)
    return Words(
        first,
        last,
        tuple(getattr(people, "first_romanized_names", first)),
        tuple(getattr(people, "last_romanized_names", last)),
    )
