from __future__ import annotations

from pkg.seed.contract import Order, Run, Seeder, Tell
from pkg.seed.errors import SeederTwice, UnknownSeeder
from pkg.seed.factory import Factory, Values, cycle
from pkg.seed.runner import Runner, Sown

__all__ = [
    "Factory",
    "Order",
    "Run",
    "Runner",
    "Seeder",
    "SeederTwice",
    "Sown",
    "Tell",
    "UnknownSeeder",
    "Values",
    "cycle",
]
