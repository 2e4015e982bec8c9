from __future__ import annotations

from pkg.seed.contract import Order, Seeder
from pkg.seed.errors import SeederTwice, UnknownSeeder
from pkg.seed.runner import Runner, Sown

__all__ = ["Order", "Runner", "Seeder", "SeederTwice", "Sown", "UnknownSeeder"]
