"""One browser window, moved the way a person moves it: by labels, buttons and keys."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Error, Locator, Page, Request, Route, expect

Code = Callable[[], Awaitable[str]]  # how a window's person gets at the code that was sent

# A page that breaks its own Content-Security-Policy says so in an event.
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI}) =>
  window.violations.push(`${violatedDirective} ${blockedURI}`));
"""
SHOWN = """() => [...document.querySelectorAll(".messages .message[data-seq]")]
  .map((one) => [Number(one.dataset.seq), one.querySelector(".bubble").textContent])"""


class Window:
    """A page and what is done with it; *faults* gathers what no page of ours may do."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        page.on("request", self._stays_home)

    async def prepare(self) -> None:
        """Watches the page's policy, and solves its pictures as the test hook allows."""
        await self.page.add_init_script(WATCH)
        await self.page.route("**/api/v1/auth/**", solve_captcha)

    async def open(self, address: str = "/") -> None:
        await self.page.goto(self.base + address)

    async def check(self) -> None:
        """Holds that the page did nothing it must not do."""
        with contextlib.suppress(Error):  # the page is on its way somewhere
            self.faults += await self.page.evaluate("() => window.violations ?? []")
        assert self.faults == []

    # The entry

    async def send_code(self, way: str, target: str) -> None:
        """Asks for a code to *target*; the form of the second step is there afterwards."""
        await self.page.get_by_role("radio", name=way).check()
        await self.page.get_by_label(
            {"Mobile": "Mobile number", "E-mail": "E-mail address"}[way]
        ).fill(target)
        await self.solve()
        await self.press("Send code")
        await expect(self.page.get_by_label("6-digit code")).to_be_visible()

    async def solve(self) -> None:
        """Types something where the picture's digits go: the hook takes it for right."""
        await self.has_picture()
        await self.page.get_by_label("Digits in the picture").fill("0000")

    async def has_picture(self) -> None:
        """Waits for the captcha: one that comes later empties its field."""
        await expect(self.page.get_by_role("button", name="Another picture")).to_be_enabled()

    async def sign_up(self, way: str, target: str, *, name: str, password: str, code: Code) -> None:
        """Makes an account from the page's first view to the lobby."""
        await self.open("/#/sign-up")
        await self.send_code(way, target)
        await self.page.get_by_label("6-digit code").fill(await code())
        await self.page.get_by_label("Name", exact=True).fill(name)
        await self.password.fill(password)
        await self.press("Create account")
        await self.is_in()

    async def sign_in(self, login: str, password: str) -> None:
        """Fills the form of the password and sends it; what comes of it is the caller's to see."""
        await self.page.get_by_role("radio", name="Password").check()
        await self.page.get_by_label("Name, mobile or e-mail").fill(login)
        await self.password.fill(password)
        await self.press("Sign in")

    async def sign_out(self) -> None:
        await self.press("Profile and settings")
        await (
            self.page.get_by_role("dialog")
            .get_by_role("button", name="Sign out", exact=True)
            .last.click()
        )
        await expect(self.heading("Sign in")).to_be_visible()

    async def is_in(self) -> None:
        """Waits for the lobby with a live connection."""
        await expect(self.heading("Lobby")).to_be_visible()
        await self.is_connected()

    async def is_connected(self) -> None:
        await expect(self.page.locator(".link-word")).to_have_attribute(
            "data-state", "live", timeout=30_000
        )

    async def go_to(self, name: str) -> None:
        """Opens the talk with *name*, from the list of talks or of people."""
        exactly = self.page.locator(".entry-name", has_text=re.compile(rf"^{re.escape(name)}$"))
        await self.page.locator(".entry-link", has=exactly).click()
        await expect(self.heading(name)).to_be_visible()

    # The talk

    async def write(self, text: str) -> None:
        """Types *text* and sends it with Enter."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def shows(self, count: int) -> list[tuple[int, str]]:
        """Waits for *count* stored messages; answers (seq, text) from top to bottom."""
        await expect(self.page.locator(".messages .message[data-seq]")).to_have_count(
            count, timeout=30_000
        )
        return [(seq, text) for seq, text in await self.page.evaluate(SHOWN)]

    @property
    def password(self) -> Locator:
        """The field, not the way of signing in that is named like it."""
        return self.page.get_by_label("Password", exact=True).and_(self.page.locator(".input"))

    @property
    def composer(self) -> Locator:
        return self.page.get_by_placeholder("Write a message")

    def message(self, text: str) -> Locator:
        return self.page.locator(".message", has_text=text)

    def heading(self, text: str) -> Locator:
        return self.page.get_by_role("heading", level=1, name=text, exact=True)

    async def press(self, button: str) -> None:
        await self.page.get_by_role("button", name=button, exact=True).click()

    def _stays_home(self, request: Request) -> None:
        if not request.url.startswith(
            (self.base, self.base.replace("http", "ws"), "data:", "blob:")
        ):
            self.faults.append(f"asked a stranger: {request.url}")


async def solve_captcha(route: Route) -> None:
    """Puts the test hook's id in the place of the picture's, where a form carries one."""
    form = json.loads(route.request.post_data or "{}")
    if "captcha_id" not in form:
        await route.continue_()
        return
    await route.continue_(post_data=json.dumps(form | {"captcha_id": "captcha_skip_test"}))
