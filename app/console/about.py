"""about."""

from __future__ import annotations

import asyncio
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import click

from app.kernel import Kernel
from pkg.app import VERSION
from pkg.console.options import json_option
from pkg.database import Database
from pkg.errors import Unavailable
from pkg.migrate import Migrator

if TYPE_CHECKING:
    from config.settings import Settings

PACKAGES = ("starlette", "uvicorn", "tortoise-orm", "pydantic", "websockets", "redis")
COUNTED = {
    "users": "SELECT count(*) AS n FROM users",
    "conversations": "SELECT count(*) AS n FROM conversations",
    "messages": "SELECT count(*) AS n FROM messages",
    "sessions": "SELECT count(*) AS n FROM sessions",
}

Facts = dict[str, str | int]


@click.command("about")
@json_option
@click.pass_obj
def about(kernel: Kernel, as_json: bool) -> None:
    """Shows versions, what stands behind each part, and how much there is."""
    told = {
        "versions": versions(),
        "application": application(kernel),
        "drivers": drivers(kernel.settings),
        "database": asyncio.run(_database(kernel)),
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for topic, facts in told.items():
        click.echo(click.style(topic.capitalize(), bold=True))
        for name, value in facts.items():
            click.echo(f"  {name:<16} {value}")


def versions() -> Facts:
    """Answers the versions of what a fault report needs."""
    found: Facts = {"parley": VERSION, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def application(kernel: Kernel) -> Facts:
    """Answers where it runs and what it consists of."""
    config = kernel.settings.app
    return {
        "name": config.name,
        "environment": config.env,
        "debug": "on" if config.debug else "off",
        "url": config.url,
        "routes": len(kernel.load("routes")),
    }


def drivers(settings: Settings) -> Facts:
    """Answers what stands behind each part; addresses without their secrets."""
    mail = [url.get_secret_value().partition(":")[0] for url in settings.mail.urls]
    return {
        "cache": settings.cache.store,
        "limiter": settings.limiter.store,
        "redis": "set" if settings.redis.url else "not set",
        "mail": ", ".join(mail),
        "sms": ", ".join(settings.sms.drivers),
        "log": f"{settings.log.format}, {settings.log.level}",
    }


async def _database(kernel: Kernel) -> Facts:
    settings = kernel.settings
    database = Database.from_config(settings.database, root=settings.root, models=())
    facts: Facts = {"dialect": database.dialect, "where": database.address.where}
    try:
        await database.open()
        pending = await Migrator(database, kernel.migrations).pending()
        facts["pending"] = len(pending)
        if not pending:
            for name, query in COUNTED.items():
                facts[name] = (await database.fetch(query))[0]["n"]
    except Unavailable as exc:
        facts["away"] = str(exc)
    finally:
        await database.close()
    return facts
