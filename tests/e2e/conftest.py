"""The real server and a real browser, fresh for each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.browser import FLAGS, executable
from tests.e2e.mailbox import Mailbox, mail_server
from tests.e2e.window import Window
from tests.server import ROOT, Server

expect.set_options(timeout=20_000)  # a busy machine is no failure
NewWindow = Callable[..., Awaitable[Window]]
PASSWORD = "a short sentence"
SETTINGS = {
    "AUTH_TEST_HOOKS": "true",
    "LIMITER_CODE_RECIPIENT": "5-H/recipient",  # no test waits for the minute between two
    "LOG_LEVEL": "ERROR",
}


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with mail_server() as box:
        yield box


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = executable()
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield chromium
        finally:
            await chromium.close()


@pytest.fixture
async def server(
    tmp_path: Path, stores: dict[str, str], mailbox: Mailbox, browser: Browser
) -> AsyncIterator[Server]:
    """Starts after the browser, so that without one there is nothing to wait for."""
    server = Server(tmp_path, root=ROOT, **stores, **SETTINGS, MAIL_URL=mailbox.url)
    await asyncio.to_thread(server.start)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


@pytest.fixture
async def new_window(browser: Browser, server: Server) -> AsyncIterator[NewWindow]:
    """Opens windows that share nothing; each is held to have behaved at the end."""
    windows: list[Window] = []

    async def make(**options: Any) -> Window:
        context = await browser.new_context(**({"locale": "en-GB"} | options))
        window = Window(await context.new_page(), server.url)
        await window.prepare()
        windows.append(window)
        return window

    yield make
    for window in windows:
        await window.check()


@pytest.fixture
async def window(new_window: NewWindow) -> Window:
    return await new_window()


@pytest.fixture
def texted(server: Server) -> Callable[[str], Awaitable[str]]:
    """Answers how to read the code that the server's console shows for a mobile."""

    async def read(mobile: str) -> str:
        pattern = rf"\[sms\] +{mobile.replace('+', '[+]')} +verify code [0-9]{{6}}"
        line = await asyncio.to_thread(server.line, pattern)
        return line.split("verify code ")[1][:6]

    return read


Account = Callable[[Window, str], Awaitable[None]]


@pytest.fixture
def account(server: Server) -> Account:
    """Makes an account for *window* by the API, for tests that are not about signing up."""
    numbers = iter(range(1000, 10_000))

    async def make(window: Window, name: str) -> None:
        mobile, post = f"+861990000{next(numbers)}", window.page.context.request.post
        asked = {"mobile": mobile, "purpose": "signup"}
        captcha = {"captcha_id": "captcha_skip_test", "captcha_answer": "0"}
        sent = await post(f"{server.url}/api/v1/auth/verify-codes/mobile", data=asked | captcha)
        form = {"mobile": mobile, "code_id": (await sent.json())["data"]["code_id"]}
        form |= {"verify_code": "123456", "name": name, "password": PASSWORD}
        done = await post(
            f"{server.url}/api/v1/auth/signup/mobile",
            data=form,
            headers={"X-Auth-Mode": "cookie"},
        )
        assert done.status == 201, await done.text()
        await window.open()
        await window.is_in()

    return make
