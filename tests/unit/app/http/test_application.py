"""The application around the rows: its lifespan, its database, sockets that are refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from app.http.application import application
from app.http.guards import admin, anyone
from app.http.pipeline import pipeline
from app.http.routing import get
from app.http.state import Req, principal
from app.http.traffic import Traffic
from app.models import User
from pkg.app import AppConfig
from tests.asgi import Client
from tests.databases import opened
from tests.unit.app.http.rows import ROWS, touch
from tests.unit.app.http.worlds import Make, kinds

STATE: dict[str, Any] = {"services": "all of them", "documents": "some"}
STAGES = pipeline(AppConfig(env="testing"), ROWS, Traffic())
TOKEN = {"authorization": "Bearer right"}


async def test_the_lifespan_hands_over_its_state() -> None:
    closed = asyncio.Event()

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Any]:
        yield STATE
        closed.set()

    app = application(STAGES, ROWS, lifespan=lifespan)
    waiting: list[Message] = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[Message] = []
    scope: dict[str, Any] = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(dict(message))

    await app(scope, receive, send)

    assert kinds(sent) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert scope["state"] == STATE
    assert closed.is_set()


async def test_before_the_services_are_open_a_refusal_is_told_in_codes() -> None:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Any]:
        yield {}

    ask = Client(application(STAGES, ROWS, lifespan=lifespan), {})

    for path, host, status in (("/x", "testserver", 404), ("/x", None, 400)):
        answer = await ask("POST", path, headers={**TOKEN, "cookie": "a=b"}, host=host)
        assert answer.status == status
        assert answer.json()["title"] == answer.json()["code"]


async def test_a_request_runs_in_the_database_of_its_own_application(world: Make) -> None:
    made, inside = world(*ROWS), []

    @contextmanager
    def active() -> Iterator[None]:
        inside.append(True)
        yield
        inside.append(False)

    made.services.database = SimpleNamespace(active=active)
    await made.ask("GET", "/api/seen")

    assert inside == [True, False]


async def test_a_socket_nobody_serves_is_refused(world: Make) -> None:
    start, body = await world(*ROWS).ask.handshake("/nowhere")

    assert (start["type"], start["status"]) == ("websocket.http.response.start", 404)
    assert (b"x-content-type-options", b"nosniff") in start["headers"]
    assert b'"not_found"' in body["body"]


async def test_a_server_that_cannot_refuse_a_handshake_over_http_closes_it(world: Make) -> None:
    made = world(*ROWS, maintenance=True)
    made.ask.extensions = {}

    sent = await made.ask.handshake("/ws")

    assert kinds(sent) == ["websocket.close"]


async def test_a_socket_that_was_accepted_and_closed_is_left_alone(world: Make) -> None:
    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 4403})
        raise RuntimeError

    class Socket:
        __call__ = staticmethod(endpoint)

    sent = await world(*ROWS, sockets={"/ws": Socket()}).ask.handshake("/ws")

    assert kinds(sent) == ["websocket.accept", "websocket.close"]


@pytest.mark.parametrize(("status", "code"), [(404, "not_found"), (418, "request.bad")])
async def test_what_a_route_beside_raises_is_a_problem_too(
    world: Make, status: int, code: str
) -> None:
    async def refuse(request: Request) -> Any:
        raise HTTPException(status, headers={"X-Said": "yes"})

    answer = await world(*ROWS, beside=(Route("/page", refuse),)).ask("GET", "/page")

    assert answer.json()["code"] == code
    assert answer.header("x-said") == "yes"


async def test_an_answer_that_broke_off_is_left_unfinished(world: Make) -> None:
    class Half:
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            raise RuntimeError

    answer = await world(*ROWS, beside=(Route("/half", Half()),)).ask("GET", "/half")

    assert (answer.status, answer.whole) == (200, False)


async def test_who_asks_for_somebody_where_nobody_need_be_gets_401(world: Make) -> None:
    async def who(request: Req) -> str:
        return str(principal(request).user_id)

    made = world(get("/who", who, answer=str, guard=anyone))

    assert (await made.ask("GET", "/who")).status == 401
    assert (await made.ask("GET", "/who", headers=TOKEN)).json() == {"data": "42"}


async def test_only_an_admin_who_is_not_disabled_is_one(world: Make, database_url: str) -> None:
    made = world(get("/admin", touch, guard=admin))

    async with opened(database_url, models=("app.models",)) as database:
        made.services.database = database
        user = await User.create(id=42, name="Ann", name_key="ann")
        assert (await made.ask("GET", "/admin", headers=TOKEN)).status == 403

        user.is_admin = True
        await user.save()
        assert (await made.ask("GET", "/admin", headers=TOKEN)).status == 204

        user.disabled_at = made.clock.now()
        await user.save()
        assert (await made.ask("GET", "/admin", headers=TOKEN)).status == 403

    assert (await made.ask("GET", "/admin")).status == 401
