from __future__ import annotations

from playwright.async_api import Locator, expect

from tests.e2e.conftest import Account, NewWindow
from tests.e2e.window import Window


async def test_one_sees_who_is_there_who_types_and_who_has_read(
    new_window: NewWindow, account: Account
) -> None:
    ann, bob = await new_window(), await new_window()
    await account(ann, "ann")
    await account(bob, "bob")
    await ann.page.reload()  # now the other is in the list
    await ann.go_to("bob")
    await ann.write("are you there?")
    await expect(about(ann)).to_have_text("Online")
    await expect(ann.page.locator(".talk .state")).to_have_text("Delivered")
    await expect(ann.page.locator(".face.online")).to_have_count(1)

    await bob.go_to("ann")
    await expect(ann.page.locator(".talk .state")).to_have_text("Read")
    await bob.composer.press_sequentially("ye")
    await expect(about(ann)).to_have_text("bob is typing…")
    await bob.composer.fill("yes")
    await bob.composer.press("Enter")
    await expect(ann.message("yes")).to_be_visible()
    await expect(about(ann)).to_have_text("Online")

    await bob.composer.press_sequentially("n")
    await bob.composer.fill("")
    await bob.page.close()
    await expect(about(ann)).to_have_text("Only the two of you", timeout=20_000)
    await ann.page.reload()
    await expect(ann.message("are you there?")).to_be_visible()


async def test_a_message_that_is_edited_or_taken_back_changes_on_the_screen(
    new_window: NewWindow, account: Account
) -> None:
    ann, bob = await new_window(), await new_window()
    await account(ann, "ann")
    await account(bob, "bob")
    await ann.write("helo")
    await ann.write("secret")
    await bob.shows(2)

    await change(ann, "PATCH", 1, {"content": "hello"})
    await change(ann, "DELETE", 2)

    for window in (ann, bob):
        await expect(window.message("hello")).to_contain_text("edited")
        await expect(window.message("This message was taken back")).to_be_visible()
        await expect(window.message("secret")).to_have_count(0)
    await bob.page.reload()
    assert await bob.shows(2) == [(1, "hello"), (2, "This message was taken back")]


def about(window: Window) -> Locator:
    return window.page.locator(".talk-about")


async def change(window: Window, method: str, seq: int, form: object = None) -> None:
    """Changes what *window*'s person said in the lobby, as their page would."""
    answer = await window.page.evaluate(CALL, [method, f"/conversations/1/messages/{seq}", form])
    assert answer in {200, 204}


CALL = """async ([method, path, form]) => {
  const { csrfToken } = await import("/assets/js/api.js");
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrfToken() };
  const body = form && JSON.stringify(form);
  return (await fetch(`/api/v1${path}`, { method, headers, body })).status;
}"""
