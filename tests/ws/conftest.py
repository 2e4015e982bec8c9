"""Clients of the socket, over Starlette's test client and the whole pipeline."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from pkg.clock import FakeClock
from tests.site import Person, Site, running, settings


class Peer:
    """One socket. `get` takes the next frame of a type; others that come first wait their turn."""

    def __init__(self, session: WebSocketTestSession) -> None:
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
    """The application and the sockets that a test opens; they end with it."""

    def __init__(self, site: Site, stack: ExitStack) -> None:
        self.site = site
        self._stack = stack

    def open(
        self, by: Person | None = None, *, plain: bool = False, path: str = "/ws", **options: Any
    ) -> Peer:
        """Opens a socket that has said nothing yet."""
        headers = dict(options.pop("headers", {})) | (by.bearer if by else {})
        session = self.site.client.websocket_connect(
            path, subprotocols=None if plain else ["chat.v1"], headers=headers, **options
        )
        return Peer(self._stack.enter_context(session))

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
        """Lets time pass, and the hub notice."""
        self.site.clock.advance(seconds)
        self.call(self.site.services.hub.sweep)


@pytest.fixture
def environ() -> dict[str, str]:
    """What a test's application is told; modules override it."""
    return {}


@pytest.fixture
def chat(
    stores: dict[str, str], tmp_path: Path, clock: FakeClock, environ: dict[str, str]
) -> Iterator[Chat]:
    with running(settings(tmp_path, **stores, **environ), clock) as site, ExitStack() as stack:
        yield Chat(site, stack)


@pytest.fixture
def ann(chat: Chat) -> Person:
    return chat.site.sign_up(name="ann")


@pytest.fixture
def ben(chat: Chat) -> Person:
    return chat.site.sign_up(name="ben")


@pytest.fixture
def eve(chat: Chat) -> Person:
    return chat.site.sign_up(name="eve")
