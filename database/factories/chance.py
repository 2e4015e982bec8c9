"""Where factories take their chance from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faker import Faker

LOCALES = ("zh_CN", "en_US")


def chance(number: int) -> Faker:
    """Answers a Faker that speaks both languages; equal numbers give equal data."""
    from faker import Faker  # noqa: PLC0415  vendor: 70 ms, and as much again for its locales

    faker = Faker(list(LOCALES))
    faker.seed_instance(number)
    return faker
