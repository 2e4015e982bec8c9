"""Another OS process that races for one thing: `python -m tests.contract.racer WHAT URL NAME ..`.

It says `ready`, waits for a line, makes its calls at one moment and prints how many went well.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from pkg.cache import Store
from pkg.cache.drivers.database import DatabaseStore
from pkg.cache.drivers.redis import RedisStore
from pkg.captcha import Captcha
from pkg.captcha.drivers.fake import FakePainter
from pkg.clock import SystemClock
from pkg.database import Database
from pkg.errors import Error
from pkg.limiter import Limiter, LimiterConfig
from pkg.limiter.drivers.redis import RedisLimits
from pkg.redis import open_redis
from pkg.testing import race
from pkg.verifycode import VerifyCode
from tests.databases import config_for
from tests.redises import unhurried

CALLERS = 10
KEY = b"k" * 32


@asynccontextmanager
async def opened(url: str, name: str) -> AsyncIterator[Store]:
    """The store *name*, a table or a prefix, at *url*."""
    if url.startswith(("redis", "unix")):
        client = open_redis(unhurried(url))
        yield RedisStore(client, prefix=name)
        await client.aclose()
        return
    config = config_for(url, lock_timeout=30, pool_timeout=30)
    database = Database.from_config(config, root=Path(), models=())
    await database.open()
    try:
        with database.active():
            yield DatabaseStore(database, SystemClock(), table=name)
    finally:
        await database.close()


async def redeem(store: Store, code_id: str, target: str, code: str) -> bool:
    await VerifyCode(store, KEY).redeem(code_id, "login", target, code)
    return True


async def solve(store: Store, id: str, answer: str) -> bool:
    captcha = Captcha({"digits": FakePainter()}, store)
    try:
        return await captcha.verify(id, answer)
    finally:
        captcha.close()


async def take(store: Store, key: str) -> bool:
    return await store.take(key) is not None


RACES: dict[str, Callable[..., Awaitable[bool]]] = {"redeem": redeem, "solve": solve, "take": take}


async def main(what: str, url: str, name: str, *args: str) -> None:
    if what == "limit":
        client = open_redis(unhurried(url))
        limiter = Limiter(RedisLimits(client, prefix=name), LimiterConfig())
        won = await started(lambda: hit(limiter, *args))
        await client.aclose()
    else:
        async with opened(url, name) as store:
            won = await started(lambda: RACES[what](store, *args))
    print(won)  # noqa: T201


async def hit(limiter: Limiter, name: str, key: str) -> bool:
    return (await limiter.hit(name, key)).allowed


async def started(call: Callable[[], Awaitable[bool]]) -> int:
    async def one(_: int) -> bool:
        with suppress(Error):
            return await call()
        return False

    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    results = await race(CALLERS, one)
    assert all(isinstance(result, bool) for result in results), results
    return results.count(True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
