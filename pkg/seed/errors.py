"""How seeding may fail, apart from what a seeder itself raises."""

from __future__ import annotations

from pkg.errors import Misconfigured, Rejected


class UnknownSeeder(Rejected):
    """No seeder has that name; the message lists those there are."""

    code = "seed.unknown"


class SeederTwice(Misconfigured):
    """Two seeders of one order have the same name."""

    code = "seed.twice"
