"""A small table of its own, and services that are as small."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, ClassVar

from pydantic import SecretStr
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message

from app.http.application import application
from app.http.described import Documents
from app.http.pipeline import pipeline
from app.http.routing import Row
from app.http.traffic import Traffic
from app.providers.doors import Closed
from pkg.app import AppConfig
from pkg.auth import Principal
from pkg.clock import FakeClock
from pkg.errors import Error
from pkg.jwt import TokenExpired
from pkg.limiter import Limiter, LimiterConfig
from pkg.limiter.drivers.memory import MemoryLimits
from pkg.metrics import Metrics, MetricsConfig
from tests.asgi import Client

SOMEBODY = Principal(
    user_id=42,
    session_id=7,
    kind="token",
    expires_at=datetime(2026, 1, 2, tzinfo=UTC),
    confirmed_until=None,
)


@dataclass
class FakeAuth:
    """Knows the token `right` and the cookie `right`; `failure` is raised where one is set."""

    principal: Principal = SOMEBODY
    failure: Error | None = None
    asked: list[str] = field(default_factory=list)

    async def by_token(self, token: str) -> Principal:
        return self._known(token)

    async def by_cookie(self, secret: str) -> Principal:
        return replace(self._known(secret), kind="cookie")

    def csrf_token(self, secret: str) -> str:
        return f"csrf of {secret}"

    def _known(self, shown: str) -> Principal:
        self.asked.append(shown)
        if self.failure is not None:
            raise self.failure
        if shown != "right":
            raise TokenExpired
        return self.principal


class FakeTranslator:
    """Speaks two languages, a little."""

    WORDS: ClassVar = {
        "not_found": {"en": "No such thing", "zh_CN": "没有找到"},
        "not_found.detail": {"en": "It is not here.", "zh_CN": "这里没有。"},
        "field.missing": {"en": "Fill this in.", "zh_CN": "请填写。"},
        "field.too_long": {"en": "At most {max}.", "zh_CN": "最多 {max}。"},
    }

    def negotiate(self, accept_language: str) -> str:
        return "zh_CN" if accept_language.startswith("zh") else "en"

    def has(self, key: str) -> bool:
        return key in self.WORDS

    def text(self, locale: str, key: str, **params: str | float) -> str:
        return self.WORDS.get(key, {}).get(locale, key).format_map(params)


@dataclass
class World:
    """An application over fakes, and a client that talks to it."""

    config: AppConfig
    services: Any
    auth: FakeAuth
    clock: FakeClock
    ask: Client


Make = Callable[..., World]


def make_world(
    *rows: Row,
    clock: FakeClock,
    beside: tuple[BaseRoute, ...] = (),
    sockets: Mapping[str, ASGIApp] = {},
    limits: LimiterConfig | None = None,
    **settings: Any,
) -> World:
    """Makes an application of *rows*; keywords beyond go into its AppConfig."""
    config = AppConfig(**{"env": "testing", **settings})
    auth = FakeAuth()
    services = SimpleNamespace(
        settings=SimpleNamespace(
            app=config,
            metrics=MetricsConfig.model_construct(token=SecretStr("right")),  # shorter than real
        ),
        clock=clock,
        auth=auth,
        translator=FakeTranslator(),
        limiter=Limiter(MemoryLimits(clock), limits or LimiterConfig()),
        database=SimpleNamespace(active=nullcontext),
        doors=SimpleNamespace(closed=Closed() if config.maintenance else None),
        metrics=Metrics(),
    )
    stages = pipeline(config, rows, Traffic())
    app = application(stages, rows, lifespan=_no_lifespan, beside=beside, sockets=sockets)
    state = {"services": services, "documents": Documents(rows, config)}
    return World(config, services, auth, clock, Client(app, state))


@asynccontextmanager
async def _no_lifespan(app: Any) -> Any:
    yield {}


def kinds(messages: list[Message]) -> list[str]:
    """Answers what kind of messages came, in order."""
    return [message["type"] for message in messages]
