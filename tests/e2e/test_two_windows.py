"""The promise of the whole, as two people see it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.e2e.conftest import PASSWORD, NewWindow
from tests.e2e.mailbox import Mailbox
from tests.e2e.window import Window
from tests.server import Server

ALL = 100
AWAY_MS = 5_000


async def test_two_people_lose_the_server_and_no_message(
    server: Server,
    mailbox: Mailbox,
    new_window: NewWindow,
    texted: Callable[[str], Awaitable[str]],
) -> None:
    ann, bob = await new_window(), await new_window()
    mobile, email = "+8613800138000", "bob@example.com"
    await ann.sign_up(
        "Mobile", "138 0013 8000", name="ann", password=PASSWORD, code=lambda: texted(mobile)
    )
    await bob.sign_up(
        "E-mail", email, name="bob", password=PASSWORD, code=lambda: mailbox.code(email)
    )

    await both_write(ann, bob, range(25))
    await asyncio.to_thread(server.kill)  # under what is still on its way
    await both_write(ann, bob, range(25, 50))
    await lost(ann)
    await lost(bob)
    await asyncio.to_thread(server.start)

    seen_by_ann, seen_by_bob = await ann.shows(ALL), await bob.shows(ALL)
    assert seen_by_ann == seen_by_bob
    assert [seq for seq, _ in seen_by_ann] == list(range(1, ALL + 1))
    for name in ("ann", "bob"):
        theirs = [text for _, text in seen_by_ann if text.startswith(name)]
        assert theirs == [f"{name} {number}" for number in range(50)]
    for window in (ann, bob):
        await window.is_connected()
        await expect(window.page.get_by_text("Waiting for the connection")).to_have_count(0)


async def both_write(ann: Window, bob: Window, numbers: range) -> None:
    """Two people type at the same time."""

    async def type_all(window: Window, name: str) -> None:
        for number in numbers:
            await window.write(f"{name} {number}")

    await asyncio.gather(type_all(ann, "ann"), type_all(bob, "bob"))


async def lost(window: Window) -> None:
    """Waits until the page says it has lost the server, and counts five seconds from there."""
    await expect(window.page.get_by_text("No connection.")).to_be_visible()
    since = await window.page.evaluate("() => performance.now()")
    await window.page.wait_for_function(
        "([since, away]) => performance.now() - since > away", arg=[since, AWAY_MS]
    )
