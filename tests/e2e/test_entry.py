from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.e2e.conftest import PASSWORD, Account, NewWindow
from tests.e2e.mailbox import Mailbox
from tests.e2e.window import Window

Texted = Callable[[str], Awaitable[str]]


async def test_a_code_signs_in_without_a_word_more(window: Window, texted: Texted) -> None:
    await window.open()
    await window.send_code("Mobile", "13800138001")

    await window.page.get_by_label("6-digit code").fill(await texted("+8613800138001"))

    await window.is_in()


async def test_the_password_signs_in_and_a_wrong_one_says_so(
    window: Window, account: Account
) -> None:
    await account(window, "cleo")
    await window.sign_out()

    await window.sign_in("cleo", "not the password")
    await expect(window.page.get_by_role("alert")).to_be_visible()
    await expect(window.page.get_by_role("alert")).not_to_be_empty()

    await window.sign_in("CLEO", PASSWORD)
    await window.is_in()


async def test_after_some_wrong_passwords_a_picture_is_asked_for(
    window: Window, account: Account
) -> None:
    await account(window, "dora")
    await window.sign_out()
    picture = window.page.get_by_label("Digits in the picture")

    for _ in range(4):
        await window.sign_in("dora", "not the password")
        await expect(window.page.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()
        if await picture.is_visible():
            break

    await expect(picture).to_be_visible()
    await window.solve()
    await window.sign_in("dora", PASSWORD)
    await window.is_in()


async def test_a_forgotten_password_is_replaced_by_mail(window: Window, mailbox: Mailbox) -> None:
    email = "eve@example.com"
    await window.sign_up(
        "E-mail", email, name="eve", password=PASSWORD, code=lambda: mailbox.code(email)
    )
    await window.sign_out()

    await window.page.get_by_role("radio", name="Password").check()
    await window.page.get_by_role("link", name="Forgot your password?").click()
    await window.send_code("E-mail", email)
    await window.page.get_by_label("6-digit code").fill(await mailbox.code(email))
    await window.page.get_by_label("New password").fill("quite another one")
    await window.press("Save password")
    await expect(window.page.get_by_text("Your new password is saved.")).to_be_visible()

    await window.sign_in("eve", PASSWORD)
    await expect(window.page.get_by_role("alert")).not_to_be_empty()
    await window.sign_in("eve", "quite another one")
    await window.is_in()


async def test_each_fault_stands_at_its_field(window: Window) -> None:
    await window.open("/#/sign-up")

    await window.press("Send code")
    await expect(window.page.get_by_text("Please fill this in.")).to_have_count(2)

    number = window.page.get_by_label("Mobile number")
    await number.fill("1")
    await window.solve()
    await window.press("Send code")
    await expect(number).to_have_attribute("aria-invalid", "true")
    await expect(number).to_be_focused()


async def test_the_keyboard_is_enough(window: Window, texted: Texted) -> None:
    keys = window.page.keyboard
    await window.open("/#/sign-up")

    await window.has_picture()
    await window.page.get_by_role("radio", name="Mobile").focus()
    await keys.press("Tab")
    await keys.type("13800138002")
    await keys.press("Tab")
    await keys.type("0000")
    await keys.press("Enter")
    await expect(window.page.get_by_label("6-digit code")).to_be_focused()
    await keys.type(await texted("+8613800138002"))
    await keys.press("Tab")
    await keys.type("fay")
    await keys.press("Tab")
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await window.is_in()

    await expect(window.composer).to_be_focused()
    await keys.type("by hand")
    await keys.press("Enter")
    await expect(window.message("by hand")).to_have_attribute("data-state", "sent")


async def test_the_ways_are_chosen_with_the_arrow_keys(window: Window) -> None:
    await window.open()

    await window.page.get_by_role("radio", name="Mobile").focus()
    await window.page.keyboard.press("ArrowRight")

    await expect(window.page.get_by_label("E-mail address")).to_be_visible()
    await expect(window.page.get_by_role("radio", name="E-mail")).to_be_focused()


async def test_the_language_changes_and_what_was_typed_stays(window: Window) -> None:
    await window.open("/#/sign-up")
    await window.page.get_by_label("Mobile number").fill("1")

    await window.page.get_by_label("Language").select_option("zh-CN")

    await expect(window.page.locator("html")).to_have_attribute("lang", "zh-CN")
    await expect(window.page.locator('input[name="mobile"]')).to_have_value("1")
    await expect(window.page.get_by_role("button", name="换一张")).to_be_enabled()
    await window.page.locator('input[name="captcha_answer"]').fill("0000")
    await window.page.locator('button[type="submit"]').click()
    fault = window.page.locator(".field", has=window.page.locator('input[name="mobile"]'))
    await expect(fault.locator(".fault")).to_contain_text("手机")


async def test_a_chinese_browser_is_greeted_in_chinese(new_window: NewWindow) -> None:
    window = await new_window(locale="zh-CN")

    await window.open()

    await expect(window.page.locator("html")).to_have_attribute("lang", "zh-CN")
    await expect(window.heading("登录")).to_be_visible()
