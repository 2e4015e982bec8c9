"""What has to be there before the first request; in a local environment `serve` makes it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.kernel import Kernel
from pkg.app import Paths, dotenv, keys
from pkg.console import ok, warn
from pkg.database import Database
from pkg.database import locate as address_of
from pkg.errors import Misconfigured
from pkg.file import locate as folder_of
from pkg.migrate import Migrator
from pkg.redis import evicts, open_redis
from pkg.transfer import unfinished

if TYPE_CHECKING:
    from config.settings import Settings


class NotMigrated(Misconfigured):
    """The database lacks tables that this code needs."""

    code = "serve.not_migrated"


class HalfMoved(Misconfigured):
    """A transfer into the database has begun and not ended: rows are missing."""

    code = "serve.half_moved"


class NotForSeveral(Misconfigured):
    """Something lives in one process, and several were asked for."""

    code = "serve.not_for_several"


def make_key(kernel: Kernel) -> Kernel:
    """Answers a kernel whose settings hold an APP_KEY, made now where a local one has none."""
    if not kernel.settings.app.is_local or kernel.settings.app.key.get_secret_value():
        return kernel
    path = Paths(kernel.root).env
    dotenv.write(path, "APP_KEY", keys.generate())
    ok(f"made {path.name} with a fresh APP_KEY")
    return kernel.told(kernel.flags)  # reads the settings again


def check_workers(workers: int, settings: Settings) -> None:
    """Refuses several processes that would not be one application.

    Raises:
        NotForSeveral: what they must share lives in each of them; every such thing is named.
    """
    if workers > 1 and (problems := [*_not_shared(settings)]):
        raise NotForSeveral(f"--workers {workers}: {'; '.join(problems)}")


def _not_shared(settings: Settings) -> Iterator[str]:
    if settings.bus.driver != "redis":
        yield "the chat hubs do not hear each other: set HUB_BUS=redis, and REDIS_URL"
    if not settings.app.is_deployed:
        return
    address = address_of(settings.database.url.get_secret_value(), settings.root)
    if address.dialect == "sqlite":
        yield "SQLite is for one process: set DATABASE_URL to a server"
    for topic, store in (("CACHE", settings.cache.store), ("LIMITER", settings.limiter.store)):
        if store == "memory":
            yield f"each would have its own: set {topic}_STORE"


def make_folders(settings: Settings) -> None:
    """Makes the folders that are written to and finds out now whether they can be.

    Raises:
        OSError: a folder cannot be made or written to; it carries the folder's name.
    """
    root, paths = settings.root, Paths(settings.root)
    folders = [paths.storage, paths.logs, folder_of(settings.file.url, root)]
    address = address_of(settings.database.url.get_secret_value(), root)
    if address.dialect == "sqlite":
        folders.append(Path(address.where).parent)
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "this folder cannot be written to", str(folder))


async def bring_up_to_date(kernel: Kernel, *, migrate: bool) -> None:
    """Migrates where nobody is served yet; elsewhere says what is missing.

    Raises:
        HalfMoved: `db:transfer` has not brought all rows.
        NotMigrated: in staging and production, when something is pending.
        DatabaseUnavailable: it does not answer.
    """
    settings = kernel.settings
    database = Database.from_config(settings.database, root=settings.root)
    await database.open()
    try:
        with database.active():
            if await unfinished(database):
                raise HalfMoved(
                    "db:transfer into this database has not ended: say it again, it goes on"
                )
            await _bring(Migrator(database, package=kernel.migrations), settings, migrate)
    finally:
        await database.close()


async def _bring(migrator: Migrator, settings: Settings, migrate: bool) -> None:
    pending = await migrator.pending()
    if not pending:
        return
    if settings.app.is_deployed:
        names = ", ".join(pending)
        raise NotMigrated(f"pending: {names}: run `python main.py migrate up --force` first")
    if not migrate:
        warn(f"{len(pending)} migrations are pending: run `python main.py migrate up`")
        return
    ran = await migrator.up()
    ok(f"migrated: {', '.join(each.name for each in ran)}")


async def check_redis(settings: Settings) -> None:
    """Warns of a Redis that does not answer, or may forget: what needs it is refused meanwhile."""
    if settings.redis.url is None:
        return
    client = open_redis(settings.redis)
    try:
        await client.ping()
        if await evicts(client):
            warn("Redis evicts what it holds when full: set maxmemory-policy noeviction")
    except Exception:  # noqa: BLE001  a warning only, whatever its client raises
        warn("Redis does not answer: no codes, captchas and tickets until it does (REDIS_URL)")
    finally:
        await client.aclose()
