"""Every seeder, in the order they run."""

from __future__ import annotations

from database.factories import chance
from database.seeders import demo, lobby, users
from database.seeders.ground import Ground
from pkg.seed import Order, Seeder

ORDER = Order(
    chance,
    Ground.of,
    Seeder("users", users.run, "people, half of them Chinese"),
    Seeder("demo", demo.run, "an account to sign in with", note=demo.NOTE, local=True),
    Seeder("lobby", lobby.run, "some talk in the lobby, in two languages"),
)
