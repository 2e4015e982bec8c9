"""A socket apart from any server, for what is over before it has begun."""

from __future__ import annotations

import contextvars
import gc
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from app.ws.frames import Hello
from app.ws.op import op
from app.ws.socket import Socket
from pkg.auth import Principal
from pkg.hub import Client
from tests.unit.pkg.hub.conftest import turns

ANN = Principal(
    user_id=42,
    session_id=7,
    kind="token",
    expires_at=datetime(2026, 1, 2, tzinfo=UTC),
    confirmed_until=None,
)


class Greeter:
    """The handler of a hello; counts whom it was asked for."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, socket: Socket, frame: Hello) -> None:
        self.asked += 1


def opened(greeter: Greeter) -> Socket:
    """Answers a plain socket over a hub that does nothing."""

    def identify(client: Client, identity: Any) -> None:
        client.identity = identity

    def nothing(*_: object, **__: object) -> None:
        """Takes what it is told."""

    hub = SimpleNamespace(
        limited=False,
        context=contextvars.copy_context(),
        commit=SimpleNamespace(pauses=lambda _: False),
        identify=identify,
        forget=nothing,
        notice=nothing,
    )
    services: Any = SimpleNamespace(hub=hub)
    transport: Any = SimpleNamespace(on_full=nothing)
    ops = {"hello": op("hello", greeter, frame=Hello)}
    return Socket(services, Client(transport, dialect="plain"), ops, locale="en")


async def test_who_proved_it_already_is_greeted_without_a_hello() -> None:
    greeter = Greeter()
    socket = opened(greeter)

    socket.begin(ANN, None)
    await turns()

    assert greeter.asked == 1


@pytest.mark.filterwarnings("error")
async def test_one_whose_peer_is_gone_at_once_is_greeted_by_nobody_and_leaves_nothing_behind() -> (
    None
):
    greeter = Greeter()
    socket = opened(greeter)

    socket.begin(ANN, None)
    socket.lost()
    await turns()
    gc.collect()  # a coroutine that was made and never run would be told of here

    assert greeter.asked == 0
