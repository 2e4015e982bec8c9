"""Clients of the socket, and the places where the laws of the socket are tried."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from config.settings import Settings
from pkg.clock import FakeClock
from pkg.testing import require
from tests.site import Person, Site, running, settings
from tests.ws.places import Dial, Line, Session, served

# For what a node counts, bounds or does by itself, whatever the others do.
ONE_NODE = pytest.mark.parametrize("place", ["asgi", "own"])

Opened = Callable[[Settings, FakeClock], AbstractContextManager[Site]]


class Peer:
    """One socket. `get` takes the next frame of a type; others that come first wait their turn."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.waiting: list[dict[str, Any]] = []

    def send(self, type: str, **fields: object) -> None:
        self.session.send_json({"type": type, **fields})

    def say(self, content: str, recipient: str = "", id: str = "", **fields: object) -> str:
        """Sends a message and answers its id."""
        id = id or str(uuid.uuid4())
        self.send("message", id=id, recipient=recipient, content=content, **fields)
        return id

    def get(self, type: str) -> dict[str, Any]:
        for frame in self.waiting:
            if frame.get("type") == type:
                self.waiting.remove(frame)
                return frame
        while (frame := self.session.receive_json()).get("type") != type:
            self.waiting.append(frame)
        return frame

    def hello(self, **fields: object) -> dict[str, Any]:
        self.send("hello", v=1, **fields)
        return self.get("welcome")

    def quiet(self) -> list[dict[str, Any]]:
        """Answers what came until now and nobody took, by asking for a sign of life."""
        self.send("ping")
        self.get("pong")
        waiting, self.waiting = self.waiting, []
        return waiting

    def leave(self) -> None:
        """Goes, and returns once the server has noticed."""
        self.session.__exit__(None, None, None)

    def closed(self) -> tuple[int, str]:
        """Waits for the end and answers its code and reason."""
        try:
            while True:
                self.waiting.append(self.session.receive_json())
        except WebSocketDisconnect as end:
            return end.code, end.reason or ""


class Chat:
    """The application and the sockets that a test opens; they end with it.

    Of several *nodes* each socket goes to the next one; all else goes to the first.
    """

    def __init__(
        self, site: Site, stack: ExitStack, nodes: Sequence[tuple[Site, Dial]] = ()
    ) -> None:
        self.site = site
        self._stack = stack
        self._nodes = nodes or [(site, site.client.websocket_connect)]
        self._next = cycle(self._nodes)

    def open(
        self, by: Person | None = None, *, plain: bool = False, path: str = "/ws", **options: Any
    ) -> Peer:
        """Opens a socket that has said nothing yet."""
        protocols = options.pop("subprotocols", None if plain else ["chat.v1"])
        headers = dict(options.pop("headers", {})) | (by.bearer if by else {})
        _, dial = next(self._next)
        return Peer(self._stack.enter_context(dial(path, protocols, headers=headers)))

    def join(self, by: Person, **hello: object) -> Peer:
        """Opens a socket that has been welcomed."""
        peer = self.open(by)
        peer.hello(**hello)
        return peer

    def call(self, work: Any, *args: Any) -> Any:
        """Calls *work* in the application's loop."""
        assert self.site.client.portal is not None
        return self.site.client.portal.call(work, *args)

    def later(self, seconds: float) -> None:
        """Lets time pass, and every hub notice."""
        self.site.clock.advance(seconds)
        for site, _ in self._nodes:
            assert site.client.portal is not None
            site.client.portal.call(site.services.hub.sweep)


@pytest.fixture
def environ() -> dict[str, str]:
    """What a test's application is told; modules override it."""
    return {}


@pytest.fixture
def opened() -> Opened:
    """What runs an application; a module overrides it to run another one."""
    return running


@pytest.fixture(params=["asgi", "own", pytest.param("nodes", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest) -> str:
    """Starlette's test client, the hub's own protocol on a port, or two such nodes and a Redis."""
    return str(request.param)


@pytest.fixture
def chat(
    place: str,
    opened: Opened,
    stores: dict[str, str],
    tmp_path: Path,
    clock: FakeClock,
    environ: dict[str, str],
) -> Iterator[Chat]:
    told = stores | environ
    if place == "nodes":
        told |= {"HUB_BUS_URL": require("redis"), "HUB_BUS_NAME": f"test-{secrets.token_hex(8)}"}
    with ExitStack() as stack:
        sites = [
            stack.enter_context(opened(settings(tmp_path, **told), clock))
            for _ in range(2 if place == "nodes" else 1)
        ]
        if place == "asgi":
            yield Chat(sites[0], stack)
            return
        ports = [stack.enter_context(served(site)) for site in sites]
        dials = [partial(Line, port) for port in ports]
        yield Chat(sites[0], stack, [*zip(sites, dials, strict=True)])


@pytest.fixture
def ann(chat: Chat) -> Person:
    return chat.site.sign_up(name="ann")


@pytest.fixture
def ben(chat: Chat) -> Person:
    return chat.site.sign_up(name="ben")


@pytest.fixture
def eve(chat: Chat) -> Person:
    return chat.site.sign_up(name="eve")
