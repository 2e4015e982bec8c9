"""The database and Redis."""

from __future__ import annotations

import asyncio
from typing import Final

from app.console.doctor.check import Finding, Patient, odd, skipped, well, wrong
from app.providers.doors import NAME, Closed
from pkg.database import Database, utc
from pkg.errors import Unavailable
from pkg.migrate import Migrator
from pkg.redis import evicts, open_redis
from pkg.transfer import unfinished

PATIENCE: Final = 5.0  # seconds for a server to answer
SKEW: Final = 2.0  # seconds by which clocks may differ: signals and tokens bear more
NOW: Final = {
    "postgres": "SELECT clock_timestamp() AS now",
    "mysql": "SELECT UTC_TIMESTAMP(6) AS now",
}


async def database(patient: Patient) -> Finding:
    """Opens the database, for the checks after this one too."""
    settings = patient.settings
    found = Database.from_config(settings.database, root=settings.root, models=())
    try:
        async with asyncio.timeout(PATIENCE):
            await found.open()
            await found.ping()
    except (Unavailable, TimeoutError) as exc:
        await found.close()
        says = str(exc) or f"no answer within {PATIENCE:.0f} s"
        return wrong(says, "see that the server runs, and DATABASE_URL")
    patient.database = found
    return well(f"{found.dialect} answers, {found.address.where}")


async def migrations(patient: Patient) -> Finding:
    """Whether the tables are those this code needs, with all their rows."""
    if await unfinished(_open(patient)):
        return wrong("db:transfer into it has not ended", "python main.py db:transfer URL, again")
    pending = await _migrator(patient).pending()
    if pending:
        count = f"{len(pending)} pending, the first {pending[0]}"
        force = " --force" if patient.settings.app.is_deployed else ""
        return wrong(count, f"python main.py migrate up{force}")
    return well("none is pending")


async def migrate(patient: Patient) -> str:
    """Applies what is pending, where nobody is served."""
    if patient.settings.app.is_deployed or await unfinished(_open(patient)):
        return ""
    ran = await _migrator(patient).up()
    return f"applied {', '.join(each.name for each in ran)}"


async def clock(patient: Patient) -> Finding:
    """Whether this machine and the database's agree what time it is."""
    found = _open(patient)
    query = NOW.get(found.dialect)
    if query is None:
        return skipped("the database has no clock of its own")
    before = patient.clock.now()
    (row,) = await found.fetch(query)
    after = patient.clock.now()
    apart = (utc(row["now"]) - (before + (after - before) / 2)).total_seconds()
    if abs(apart) > SKEW:
        told = f"the database's clock is {abs(apart):.1f} s {'ahead' if apart > 0 else 'behind'}"
        return wrong(told, "let both machines keep time by NTP")
    return well(f"the database's clock is {apart * 1000:+.0f} ms apart")


async def doors(patient: Patient) -> Finding:
    """Whether callers are let in."""
    rows = await _open(patient).fetch("SELECT value FROM settings WHERE name = ?", (NAME,))
    closed = Closed.read(rows[0]["value"]) if rows else None
    if patient.settings.app.maintenance:
        return odd("APP_MAINTENANCE keeps callers out", "APP_MAINTENANCE=false")
    if closed is not None:
        return odd("closed for maintenance: callers get 503", "python main.py up")
    return well("open")


async def redis(patient: Patient) -> Finding:
    """Whether Redis answers, and throws nothing away that must stay."""
    settings = patient.settings.redis
    if settings.url is None:
        return skipped("REDIS_URL is not set: this is one server, or several without limits")
    client = open_redis(settings)
    try:
        async with asyncio.timeout(PATIENCE):
            await client.ping()
            lossy = await evicts(client)
    except Exception as exc:  # noqa: BLE001  whatever its client raises, that is the answer
        return wrong(f"no answer: {type(exc).__name__}", "see that it runs, and REDIS_URL")
    finally:
        await client.aclose()
    if lossy is None:
        return odd(
            "it answers, and will not say whether it evicts",
            "see that its maxmemory-policy is noeviction",
        )
    if lossy:
        return wrong(
            "it throws living keys away when it is full: codes, tickets, locks",
            "redis-cli config set maxmemory-policy noeviction",
        )
    return well("it answers, and evicts nothing")


def _open(patient: Patient) -> Database:
    if patient.database is None:
        raise LookupError("a check of the database has to need `database`")
    return patient.database


def _migrator(patient: Patient) -> Migrator:
    return Migrator(_open(patient), patient.kernel.migrations)
