"""When the page comes back after it was sent away. The time is the test's, and so is the server."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import WebSocketRoute

from tests.e2e.window import Window

START = """async () => {
  const { Socket } = await import("/assets/js/socket.js");
  window.socket = new Socket({ hello: () => ({}), mayComeIn: async () => true });
  socket.start();
}"""
RESTART = 1012


class Line:
    """The server's end of every socket that the page opens; says welcome to each."""

    def __init__(self, window: Window) -> None:
        self.page = window.page
        self.opened: list[WebSocketRoute] = []

    def take(self, socket: WebSocketRoute) -> None:
        self.opened.append(socket)
        socket.on_message(lambda _: socket.send(json.dumps({"type": "welcome"})))

    async def send_away(self, after_ms: int) -> None:
        """Tells the page when to come back, and closes what it has."""
        self.tell(after_ms)
        await self.opened[-1].close(code=RESTART, reason="maintenance")
        await self.becomes("waiting")

    def tell(self, after_ms: int) -> None:
        self.opened[-1].send(json.dumps({"type": "reconnect", "after_ms": after_ms}))

    async def becomes(self, state: str) -> None:
        await self.page.wait_for_function("(state) => socket.state === state", arg=state)

    async def passes(self, ms: int) -> None:
        await self.page.clock.run_for(ms)


@pytest.fixture
async def line(window: Window) -> Line:
    line = Line(window)
    await window.page.route_web_socket("**/ws", line.take)
    await window.page.clock.install()
    await window.open()
    await window.page.evaluate(START)
    await line.becomes("live")
    return line


async def test_who_was_closed_waits_until_the_moment_it_was_told(line: Line) -> None:
    await line.send_away(30_000)

    await line.passes(28_000)
    assert len(line.opened) == 1

    await line.passes(2_000)
    await line.becomes("live")
    assert len(line.opened) == 2


async def test_who_was_told_and_not_closed_moves_at_that_moment(line: Line) -> None:
    line.tell(5_000)
    await line.page.wait_for_function("() => true")  # a round trip: the frame has come

    await line.passes(4_000)
    assert len(line.opened) == 1

    await line.passes(2_000)
    await line.becomes("live")
    assert len(line.opened) == 2


async def test_what_an_old_connection_was_told_leaves_the_new_one_alone(line: Line) -> None:
    await line.send_away(20_000)
    await line.page.evaluate("() => socket.retry()")
    await line.becomes("live")

    await line.passes(24_000)  # short of the silence after which it asks

    assert await line.page.evaluate("() => socket.state") == "live"
    assert len(line.opened) == 2


async def test_a_glance_at_the_page_does_not_cut_the_wait_short(line: Line) -> None:
    await line.send_away(30_000)

    await line.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")

    assert await line.page.evaluate("() => socket.state") == "waiting"
    assert len(line.opened) == 1


async def test_a_glance_at_the_page_ends_a_wait_that_nobody_asked_for(line: Line) -> None:
    await line.opened[-1].close(code=1011, reason="our fault")
    await line.becomes("waiting")

    await line.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")

    await line.becomes("live")
    assert len(line.opened) == 2


async def test_a_moment_that_has_passed_holds_nobody_up(line: Line) -> None:
    await line.send_away(30_000)
    await line.passes(30_000)
    await line.becomes("live")

    await line.opened[-1].close(code=1011, reason="our fault")
    await line.becomes("waiting")
    await line.passes(1_000)  # the first wait is of 700 ms at most

    await line.becomes("live")
    assert len(line.opened) == 3
