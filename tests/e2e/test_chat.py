from __future__ import annotations

import asyncio

from playwright.async_api import expect

from tests.e2e.conftest import Account, NewWindow
from tests.e2e.window import Window
from tests.server import Server

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WIDER = "() => document.documentElement.scrollWidth > window.innerWidth"


async def test_a_direct_talk_is_between_two(new_window: NewWindow, account: Account) -> None:
    ann, bob, eve = [await new_window() for _ in range(3)]
    for window, name in ((ann, "ann"), (bob, "bob"), (eve, "eve")):
        await account(window, name)

    await ann.page.reload()  # now the others are in the list
    await ann.go_to("bob")
    await ann.write("for you alone")
    await expect(ann.message("for you alone")).to_have_attribute("data-state", "sent")

    await bob.go_to("ann")
    await expect(bob.message("for you alone")).to_be_visible()
    await bob.write("thank you")
    await expect(ann.message("thank you")).to_be_visible()
    await expect(eve.page.get_by_text("for you alone")).to_have_count(0)


async def test_the_page_comes_back_by_itself_after_a_restart(
    new_window: NewWindow, account: Account, server: Server
) -> None:
    ann, bob = await new_window(), await new_window()
    await account(ann, "ann")
    await account(bob, "bob")
    await ann.write("before")
    await bob.shows(1)

    assert await asyncio.to_thread(server.stop) == 0
    await expect(ann.page.get_by_text("No connection.")).to_be_visible()
    await ann.write("meanwhile")
    await expect(ann.message("meanwhile")).to_have_attribute("data-state", "waiting")
    await asyncio.to_thread(server.start)

    assert await bob.shows(2) == [(1, "before"), (2, "meanwhile")]
    assert await ann.shows(2) == [(1, "before"), (2, "meanwhile")]


async def test_what_was_written_without_a_connection_outlives_the_window(
    window: Window, account: Account, server: Server
) -> None:
    await account(window, "gil")
    await asyncio.to_thread(server.kill)
    await expect(window.page.get_by_text("No connection.")).to_be_visible()
    await window.write("kept")
    address = window.page.url
    await window.page.goto("about:blank")

    await asyncio.to_thread(server.start)
    await window.page.goto(address)

    assert await window.shows(1) == [(1, "kept")]


async def test_a_session_that_is_ended_elsewhere_leaves_the_chat(
    new_window: NewWindow, account: Account
) -> None:
    here, there = await new_window(), await new_window()
    await account(here, "hal")
    await there.open()
    await there.sign_in("hal", "a short sentence")
    await there.is_in()

    await there.press("Profile and settings")
    dialog = there.page.get_by_role("dialog")
    await dialog.locator(".sessions").get_by_role("button", name="Sign out").click()

    await expect(here.page.get_by_text("You were signed out.")).to_be_visible()
    await expect(here.heading("Sign in")).to_be_visible()


async def test_older_messages_come_while_one_reads_up(window: Window, account: Account) -> None:
    await account(window, "ida")
    for number in range(120):
        await window.write(f"line {number}")
    await window.shows(120)

    await window.page.reload()
    await window.shows(50)
    await window.page.locator(".scroller").hover()
    while await window.page.locator(".message[data-seq]").count() < 120:
        before = await window.page.locator(".message[data-seq]").count()
        await window.page.mouse.wheel(0, -100_000)
        await window.page.wait_for_function(
            "(before) => document.querySelectorAll('.message[data-seq]').length > before",
            arg=before,
        )

    assert [seq for seq, _ in await window.shows(120)] == list(range(1, 121))


async def test_a_phone_is_wide_enough(new_window: NewWindow, account: Account) -> None:
    window = await new_window(**PHONE)
    await window.open()
    await expect(window.heading("Sign in")).to_be_visible()
    assert not await window.page.evaluate(WIDER)

    await account(window, "joy")
    await window.composer.fill("from a phone")
    await window.page.get_by_role("button", name="Send").tap()
    await expect(window.message("from a phone")).to_have_attribute("data-state", "sent")
    assert not await window.page.evaluate(WIDER)

    await window.page.get_by_role("link", name="Back to conversations").tap()
    await expect(window.composer).not_to_be_visible()
    await window.go_to("Lobby")
    await expect(window.message("from a phone")).to_be_visible()


async def test_alt_and_an_arrow_walk_the_conversations(
    new_window: NewWindow, account: Account
) -> None:
    ann, bob = await new_window(), await new_window()
    await account(bob, "bob")
    await account(ann, "ann")
    await ann.go_to("bob")
    await ann.write("hello")
    await expect(ann.message("hello")).to_have_attribute("data-state", "sent")

    await ann.page.keyboard.press("Alt+ArrowUp")
    await expect(ann.heading("Lobby")).to_be_visible()
    await ann.page.keyboard.press("Alt+ArrowDown")
    await expect(ann.heading("bob")).to_be_visible()


async def test_markup_in_a_message_stays_text(window: Window, account: Account) -> None:
    await account(window, "kim")
    hostile = (
        "<img src=x onerror=\"document.title='broken'\"><b>bold</b> https://example.com/a?b=c."
    )

    await window.write(hostile)

    assert await window.shows(1) == [(1, hostile)]
    await expect(window.page.locator(".bubble img, .bubble b")).to_have_count(0)
    link = window.page.get_by_role("link", name="https://example.com/a?b=c", exact=True)
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


async def test_a_changed_nickname_shows_at_once(window: Window, account: Account) -> None:
    await account(window, "lea")

    await window.press("Profile and settings")
    await window.page.get_by_label("Nickname").fill("Lea of the lake")
    await window.press("Save")

    await expect(window.page.get_by_text("Saved")).to_be_visible()
    await expect(window.page.locator(".profile-name")).to_have_text("Lea of the lake")


async def test_what_the_operator_says_is_shown_as_the_systems(
    window: Window, account: Account, server: Server
) -> None:
    await account(window, "ivy")

    await asyncio.to_thread(server.console, "hub:say", "lobby", "Back in five minutes")

    await expect(window.message("Back in five minutes")).to_contain_text("The system")


async def test_who_is_kicked_comes_back_by_themselves(
    window: Window, account: Account, server: Server
) -> None:
    await account(window, "joe")

    await asyncio.to_thread(server.console, "hub:kick", "joe")
    await window.write("still here")

    await expect(window.message("still here")).to_have_attribute("data-state", "sent")
