"""Everything the application is built from. Concrete drivers are named here and in providers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING

from app.models import User
from app.providers.changes import Changes
from app.providers.cursors import DatabaseCursors
from app.providers.doors import Doors
from app.providers.figures import BusFigures, HubFigures
from app.providers.listeners import Listeners
from app.providers.mail import open_mailer
from app.providers.members import Members
from app.providers.messages import DatabaseMessages
from app.providers.places import Places
from app.providers.sessions import DatabaseSessions
from app.providers.signals import Signals
from app.providers.signing import Generations, SigningKeys, ring
from app.providers.sms import open_sms
from app.providers.users import DatabaseUsers
from config.settings import Settings
from pkg.app import Paths, app_key, derive
from pkg.auth import Auth
from pkg.cache import Cache, Locks, Store
from pkg.cache.drivers.database import DatabaseStore
from pkg.cache.drivers.memory import MemoryStore
from pkg.captcha import Captcha, HookedCaptcha, Painter
from pkg.captcha.drivers.digits import DigitsPainter
from pkg.captcha.drivers.math import MathPainter
from pkg.clock import Clock, SystemClock
from pkg.database import Database
from pkg.errors import Unavailable
from pkg.file import Images, Storage, locate
from pkg.file.drivers.local import LocalStorage
from pkg.hash import HashDriver, Hasher
from pkg.hash.drivers.argon2id import Argon2id
from pkg.helpers import Together
from pkg.hub import Company, Hub, MessageStore
from pkg.hub.bus import BadBusUrl, Bus
from pkg.hub.bus.drivers.memory import MemoryBus
from pkg.i18n import Translator
from pkg.jwt import Jwt
from pkg.limiter import Limiter, LimitStore
from pkg.limiter.drivers.memory import MemoryLimits
from pkg.limiter.drivers.patient import Patient
from pkg.logger import log
from pkg.logger.outbox import Outbox
from pkg.mail import Mailer
from pkg.manager import Manager
from pkg.metrics import LoopLag, Metrics, Process
from pkg.paginator import Cursors
from pkg.redis import BadRedisUrl
from pkg.session import LiveSessions, Secrets, Sessions, SessionStore
from pkg.sms import SmsDriver
from pkg.verifycode import HookedVerifyCode, VerifyCode

if TYPE_CHECKING:
    from redis.asyncio import Redis


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one application; two applications in one process share none."""

    settings: Settings
    clock: Clock
    database: Database
    redis: Redis | None
    cache: Cache
    one_time: Store
    hasher: Hasher
    limiter: Limiter
    captcha: Captcha
    codes: VerifyCode
    mailer: Mailer
    sms: Manager[SmsDriver]
    auth: Auth
    files: Storage
    images: Images
    translator: Translator
    messages: DatabaseMessages
    changes: Changes
    members: Members
    places: Places
    accounts: Together[int, User]
    cursors: Cursors
    hub: Hub
    company: Company
    signals: Signals
    doors: Doors
    signing: SigningKeys
    metrics: Metrics


@asynccontextmanager
async def open_services(
    settings: Settings, *, clock: Clock | None = None
) -> AsyncIterator[Services]:
    """Opens everything *settings* ask for, and closes it in reverse order.

    The database is current for models in this task and those it starts.

    Raises:
        Misconfigured: a driver cannot be built from what was set.
        Unavailable: the database does not answer.
    """
    async with AsyncExitStack() as stack:
        opener = Opener(settings, clock or SystemClock(), stack)
        yield await opener.open()


class Opener:
    """Builds the services one after the other; what must be closed goes on *stack*."""

    def __init__(self, settings: Settings, clock: Clock, stack: AsyncExitStack) -> None:
        self._settings = settings
        self._clock = clock
        self._stack = stack
        self._key = app_key(settings.app)

    async def open(self) -> Services:
        settings, clock = self._settings, self._clock
        database = await self._database()
        redis = self._redis()
        one_time = self._one_time(database, redis)
        signals, live = Signals(database, clock), LiveSessions(clock)
        members, messages = Members(database, signals, clock), DatabaseMessages(database, clock)
        hub = await self._hub(messages)
        company = Company(hub, DatabaseCursors(database, clock))
        auth = self._auth(DatabaseSessions(database, signals), live, one_time)
        services = Services(
            settings=settings,
            clock=clock,
            database=database,
            redis=redis,
            cache=self._cache(self._store(database, redis), one_time),
            one_time=one_time,
            hasher=self._hasher(),
            limiter=self._limiter(redis),
            captcha=self._captcha(one_time),
            codes=self._codes(one_time),
            mailer=open_mailer(settings, clock, self._write),
            sms=open_sms(settings.sms, clock, self._write),
            auth=auth,
            files=LocalStorage(locate(settings.file.url, settings.root)),
            images=self._images(),
            translator=Translator(Paths(settings.root).resources / "lang"),
            messages=messages,
            changes=Changes(database, clock),
            members=members,
            places=Places(database),
            accounts=Together(DatabaseUsers(clock).open_accounts, most=64),
            cursors=Cursors(derive(self._key, "cursors")),
            hub=hub,
            company=company,
            signals=signals,
            doors=Doors(signals, by_setting=settings.app.maintenance),
            signing=SigningKeys(auth.jwt, self._key, signals),
            metrics=await self._metrics(hub),
        )
        is_own = settings.cache.store == "memory"
        decided = services.doors, services.signing
        await Listeners(live, members, hub, services.cache, *decided, is_own).attend(signals)
        await self._run(signals.run())
        await self._run(company.run())
        return services

    async def _database(self) -> Database:
        database = Database.from_config(self._settings.database, root=self._settings.root)
        await database.open()
        self._stack.push_async_callback(database.close)
        self._stack.enter_context(database.active())
        return database

    def _redis(self) -> Redis | None:
        if self._settings.redis.url is None:
            return None
        from pkg.redis import open_redis  # noqa: PLC0415  vendor: 90 ms

        client = open_redis(self._settings.redis)
        self._stack.push_async_callback(client.aclose)
        return client

    def _store(self, database: Database, redis: Redis | None) -> Store:
        config = self._settings.cache

        def in_redis() -> Store:
            from pkg.cache.drivers.redis import RedisStore  # noqa: PLC0415  vendor: 90 ms

            return RedisStore(_needed(redis))

        stores: dict[str, Callable[[], Store]] = {
            "memory": lambda: MemoryStore(self._clock, max_items=config.max_items),
            "database": lambda: DatabaseStore(database, self._clock),
            "redis": in_redis,
        }
        return Manager(stores, default=config.store).use()

    def _cache(self, store: Store, one_time: Store) -> Cache:
        locks = one_time if isinstance(one_time, Locks) else None
        told = _told("the cache is away")
        return Cache(store, prefix=self._settings.cache.prefix, locks=locks, on_failure=told)

    def _one_time(self, database: Database, redis: Redis | None) -> Store:
        """Codes, captchas, tickets, locks: never in a store that evicts."""
        if redis is None:
            return DatabaseStore(database, self._clock, table="one_time_entries")
        from pkg.cache.drivers.redis import RedisStore  # noqa: PLC0415  vendor: 90 ms

        return RedisStore(redis, prefix="one_time:")

    def _hasher(self) -> Hasher:
        config = self._settings.hash
        hasher = Hasher(
            Argon2id(
                memory_kib=config.memory_kib,
                time_cost=config.time_cost,
                parallelism=config.parallelism,
            ),
            legacy=_legacy(),
            workers=config.workers,
            max_waiting=config.max_waiting,
        )
        self._stack.callback(hasher.close)
        return hasher

    def _limiter(self, redis: Redis | None) -> Limiter:
        config = self._settings.limiter
        memory = MemoryLimits(self._clock, max_keys=config.max_keys)

        def in_redis() -> LimitStore:
            from pkg.limiter.drivers.redis import RedisLimits  # noqa: PLC0415  vendor: 150 ms

            counters = RedisLimits(_needed(redis), prefix=config.prefix)
            return Patient(counters, self._clock, patience=config.patience)

        stores: dict[str, Callable[[], LimitStore]] = {
            "memory": lambda: memory,
            "redis": in_redis,
        }
        store = Manager(stores, default=config.store).use()
        return Limiter(store, config, local=memory, on_failure=_told("the limiter is away"))

    def _captcha(self, one_time: Store) -> Captcha:
        config = self._settings.captcha
        painters: dict[str, Painter] = {
            "digits": DigitsPainter(length=config.length),
            "math": MathPainter(),
        }
        kind = HookedCaptcha if self._settings.auth.test_hooks else Captcha
        captcha = kind(painters, one_time, config)
        self._stack.callback(captcha.close)
        return captcha

    def _codes(self, one_time: Store) -> VerifyCode:
        kind = HookedVerifyCode if self._settings.auth.test_hooks else VerifyCode
        return kind(one_time, derive(self._key, "verifycode"), self._settings.verifycode)

    @cached_property
    def _outbox(self) -> Outbox:
        outbox = Outbox(Paths(self._settings.root).logs, self._clock)
        self._stack.callback(outbox.close)
        return outbox

    def _write(self, line: str) -> None:
        self._outbox.write(line)

    def _auth(self, store: SessionStore, live: LiveSessions, one_time: Store) -> Auth:
        auth, jwt = self._settings.auth, self._settings.jwt
        secrets, keys = Secrets(derive(self._key, "session")), ring(self._key, Generations())
        return Auth(
            config=auth,
            sessions=Sessions(
                store, secrets, self._clock, live, idle=auth.refresh_ttl, absolute=auth.session_ttl
            ),
            jwt=Jwt(keys, jwt.issuer, self._clock, leeway=jwt.leeway, max_ttl=jwt.max_ttl),
            users=DatabaseUsers(self._clock),
            one_time=one_time,
            clock=self._clock,
        )

    def _images(self) -> Images:
        images = Images(self._settings.file)
        self._stack.callback(images.close)
        return images

    async def _hub(self, messages: MessageStore) -> Hub:
        config, limited = self._settings.hub, self._settings.limiter.enabled
        hub = Hub(messages, config, self._clock, limited=limited, bus=self._bus())
        await hub.start()
        self._stack.push_async_callback(hub.stop)
        return hub

    def _bus(self) -> Bus:
        config = self._settings.bus

        def in_redis() -> Bus:
            from pkg.hub.bus.drivers.redis import RedisBus  # noqa: PLC0415  vendor: 90 ms

            if config.url is None:
                raise BadBusUrl("neither HUB_BUS_URL nor REDIS_URL is set")
            url = config.url.get_secret_value()
            return RedisBus(url, prefix=config.name, timeout=config.timeout, told=log.warning)

        buses: dict[str, Callable[[], Bus]] = {
            "memory": MemoryBus,
            "redis": in_redis,
        }
        return Manager(buses, default=config.driver).use()

    async def _metrics(self, hub: Hub) -> Metrics:
        metrics, lag = Metrics({"node": hub.node}), LoopLag(self._clock)
        for source in (HubFigures(hub), BusFigures(hub.relay), lag, Process()):
            metrics.add(source)
        await self._run(lag.run())
        return metrics

    async def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)

        async def end() -> None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        self._stack.push_async_callback(end)


def _legacy() -> tuple[HashDriver, ...]:
    """Old bcrypt hashes are taken and upgraded where its package is there (`legacy-hash`)."""
    if find_spec("bcrypt") is None:
        return ()
    from pkg.hash.drivers.bcrypt import Bcrypt  # noqa: PLC0415  an extra

    return (Bcrypt(),)


def _needed(redis: Redis | None) -> Redis:
    if redis is None:
        raise BadRedisUrl("REDIS_URL is not set")
    return redis


def _told(what: str) -> Callable[[Unavailable], None]:
    return lambda exc: log.warning("{what}", what=what, reason=str(exc))
