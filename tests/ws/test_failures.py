"""What breaks, what ends, and whom it touches."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from app.container import open_services
from app.http.application import application
from app.http.described import Documents
from app.http.pipeline import pipeline
from app.http.state import AppState
from app.http.traffic import Traffic
from app.ws.endpoint import Endpoint
from app.ws.frames import Ping
from app.ws.op import op
from app.ws.socket import Socket
from config.settings import Settings
from pkg.clock import FakeClock
from routes.api import API
from routes.ws import OPS
from tests.site import Person, Site
from tests.ws.conftest import ONE_NODE, Chat, Opened


async def crash(socket: Socket, frame: Ping) -> None:
    raise LookupError("a bug of ours")


@contextmanager
def breakable(configured: Settings, clock: FakeClock) -> Iterator[Site]:
    """An application whose frame table has one more row, which breaks."""

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[AppState]:
        async with open_services(configured, clock=clock) as services:
            yield {"services": services, "documents": Documents(API, configured.app)}

    endpoint = Endpoint((*OPS, op("crash", crash, frame=Ping)))
    stages = pipeline(configured.app, API, Traffic())
    app = application(stages, API, lifespan=lifespan, sockets={"/ws": endpoint})
    with TestClient(app, base_url="http://testserver") as client:
        site = Site(client, clock)
        with site.services.sms.swap(site.texts):
            yield site


@pytest.fixture
def opened() -> Opened:
    return breakable


@pytest.mark.rule(76)
@pytest.mark.rule(107)
def test_a_bug_in_a_handler_closes_its_own_socket_and_no_other(
    chat: Chat, ann: Person, ben: Person
) -> None:
    one, two = chat.join(ann), chat.join(ben)

    one.send("crash")

    assert one.closed() == (1011, "internal")
    two.say("still here")
    assert two.get("ack")["seq"] == 1
    chat.join(ann).say("back")
    assert two.get("message")["seq"] == 1
    assert two.get("message")["content"] == "back"


@pytest.mark.rule(68)
@pytest.mark.rule(39)
def test_logging_out_closes_the_sessions_sockets_and_nothing_reaches_them_after(
    chat: Chat, ann: Person, ben: Person
) -> None:
    gone, other = chat.join(ann), chat.join(ben)

    assert chat.site.ask("POST", "/auth/logout", by=ann, json={}).status_code == 204
    other.say("after")
    other.get("ack")

    assert gone.closed()[0] == 4403
    assert not gone.waiting
    assert chat.site.services.hub.sockets_of(int(ann.tokens["session_id"])) == 0


def test_a_store_that_is_away_is_told_with_the_time_to_wait(chat: Chat, ann: Person) -> None:
    peer, database = chat.join(ann), chat.site.services.database
    peer.say("before")
    peer.get("message")
    peer.get("ack")

    chat.call(database.close)
    id = peer.say("lost?")
    error = peer.get("error")
    assert (error["code"], error["ref"]) == ("store.unavailable", id)
    peer.send("sync", conversation="c:1", after=0)
    assert peer.get("message")["content"] == "before"  # the ring still serves

    chat.call(database.open)
    chat.site.clock.advance(error["retry_after"])
    peer.say("lost?", id=id)
    assert peer.get("ack")["seq"] == 2


@ONE_NODE
def test_a_drain_sends_everybody_elsewhere_and_lets_nobody_in(
    chat: Chat, ann: Person, ben: Person
) -> None:
    one, two = chat.join(ann), chat.join(ben)

    chat.call(chat.site.services.hub.drain, 0.01)

    for peer in (one, two):
        assert peer.get("reconnect")["after_ms"] <= 8
        assert peer.closed() == (1012, "restart")
    with pytest.raises(WebSocketDenialResponse) as caught:
        chat.open(ann)
    assert (caught.value.status_code, caught.value.json()["code"]) == (503, "hub.stopped")


@ONE_NODE
def test_a_socket_that_went_leaves_nothing_behind(chat: Chat, ann: Person) -> None:
    hub, gone, stays = chat.site.services.hub, chat.open(), chat.join(ann)
    gone.hello(token=ann.tokens["access_token"])
    assert hub.clients == 2

    gone.leave()
    stays.say("anybody?")
    stays.get("ack")

    assert hub.clients == 1
    assert hub.sockets_of(int(ann.tokens["session_id"])) == 1


@pytest.mark.rule(67)
def test_no_ticket_and_no_token_is_ever_logged(
    chat: Chat, ann: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    ticket = chat.site.ask("POST", "/ws-ticket", by=ann).json()["data"]["ticket"]
    token = ann.tokens["access_token"]

    chat.open(path=f"/ws?ticket={ticket}").hello(token=token)
    chat.open(path=f"/ws?ticket={ticket}").closed()
    bad = chat.open()
    bad.send("hello", token=token[:-1] + "x")
    bad.closed()
    broken = chat.join(ann)
    broken.send("crash", token=token)
    broken.closed()

    written = "".join(capsys.readouterr())
    assert ticket not in written
    assert token[:-1] not in written
