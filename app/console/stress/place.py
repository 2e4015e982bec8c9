"""Where a run takes place: a database of its own with people in it, and what its nodes are told."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from app.actions.admin.bench_tokens import bench_tokens
from app.actions.chat.open_direct import open_direct
from app.console.stress.device import Person
from app.console.stress.plan import SESSIONS, USERS, Plan
from app.container import open_services
from app.kernel import Kernel, resolve
from app.models import Conversation, direct_key
from pkg.app import keys
from pkg.database import Database, DatabaseConfig
from pkg.hub import conversation_address, user_address
from pkg.migrate import Migrator

POOL = 4  # connections of a node: several runs share one server
BOUNDS = {
    "LIMITER_ENABLED": "false",
    "DATABASE_POOL_MAX": str(POOL),
    "DATABASE_LOCK_TIMEOUT": "2",  # shorter than the longest lock: both outcomes come up
    "HUB_OUTBOX_HIGH": "65536",
    "HUB_OUTBOX_LOW": "16384",
    "HUB_STALL_TIMEOUT": "2",
    "SERVE_GRACE": "2",
    "LOG_FILE": "false",
    "LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True, slots=True)
class Place:
    """What nodes of a run share, and who may come in."""

    database_url: str
    env: dict[str, str]
    people: Sequence[Person]


@asynccontextmanager
async def opened(url: str, **knobs: Any) -> AsyncIterator[Database]:
    """The database at *url* on connections of the block's own, and current in it."""
    config = DatabaseConfig.model_validate({"url": SecretStr(url), "pool_min": 0, **knobs})
    database = Database.from_config(config, root=Path(), models=())
    await database.open()
    try:
        with database.active():
            yield database
    finally:
        await database.close()


@asynccontextmanager
async def scratch(server: str | None, folder: Path) -> AsyncIterator[str]:
    """The URL of an empty database: beside the one *server* names, or a file in *folder*.

    It is dropped with the block, however that ends.
    """
    if server is None or server.startswith("sqlite"):
        yield f"sqlite://{folder / 'app.sqlite3'}"
        return
    name = f"stress_{secrets.token_hex(6)}"
    is_postgres = server.startswith("postgres")
    async with opened(server) as database:
        # template0: two runs may copy it at once, which template1 refuses
        await database.execute(f"CREATE DATABASE {name}{' TEMPLATE template0' * is_postgres}")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        await asyncio.shield(asyncio.ensure_future(_drop(server, name)))


async def _drop(server: str, name: str) -> None:
    force = " WITH (FORCE)" if server.startswith("postgres") else ""  # a killed node's connections
    async with opened(server) as database:
        await database.execute(f"DROP DATABASE {name}{force}")


async def furnished(kernel: Kernel, plan: Plan, url: str, redis_url: str) -> Place:
    """Migrates the database at *url* and puts the plan's people, sessions and talks into it.

    *redis_url* has a place for the port of each node's own door to Redis.
    """
    env = {
        "APP_ENV": "testing",
        "APP_KEY": keys.generate(),
        "DATABASE_URL": url,
        "REDIS_URL": redis_url,
        "HUB_BUS_NAME": f"stress{secrets.token_hex(4)}",  # a Redis that others use, too
        **BOUNDS,
    }
    async with opened(url) as database:
        await Migrator(database, package=kernel.migrations).up()
    return Place(url, env, await _people(kernel, plan, env))


async def _people(kernel: Kernel, plan: Plan, env: dict[str, str]) -> list[Person]:
    without_redis = {name: value for name, value in env.items() if name != "REDIS_URL"}
    settings = resolve(kernel.settings_from)(kernel.root, None, without_redis)
    async with open_services(settings) as services:
        given = [await bench_tokens(services, count=USERS) for _ in range(SESSIONS)]
        ids = [user_id for _, user_id in given[0]]
        known: dict[int, list[str]] = {user: [] for user in range(USERS)}
        for a, b in plan.pairs:
            await open_direct(services, user_id=ids[a], other_id=ids[b])
            talk = await Conversation.get(direct_key=direct_key(ids[a], ids[b]))
            for user in (a, b):
                known[user].append(conversation_address(talk.id))
        for a, b in plan.strangers:
            known[a].append(user_address(ids[b]))
            known[b].append(user_address(ids[a]))
        sessions = [
            [(await services.auth.by_token(login[user][0])).session_id for login in given]
            for user in range(USERS)
        ]
    return [
        Person(
            address=user_address(ids[user]),
            tokens=[login[user][0] for login in given],
            sessions=[str(session) for session in sessions[user]],
            recipients=known[user],
        )
        for user in range(USERS)
    ]
