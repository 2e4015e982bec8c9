"""A running application for tests over HTTP: fake senders, and a clock that stands still."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from app.container import Services
from app.models import User
from config.settings import Settings, read
from pkg.clock import FakeClock
from pkg.config import Env
from pkg.mail.drivers.fake import FakeDriver as FakeMail
from pkg.sms.drivers.fake import FakeDriver as FakeSms
from routes.app import create_app

ROOT = Path(__file__).resolve().parent.parent
CAPTCHA = {"captcha_id": "captcha_skip_test", "captcha_answer": "0"}
PASSWORD = "correct horse battery"
KEY = secrets.token_urlsafe(48)


def settings(folder: Path, **environ: str) -> Settings:
    """Answers the settings of a test: no file of a developer's is read."""
    told = {
        "APP_ENV": "testing",
        "APP_KEY": KEY,
        "APP_URL": "http://testserver",
        "AUTH_TEST_HOOKS": "true",
        "DATABASE_SYNCHRONOUS": "OFF",
        "HASH_MEMORY_KIB": "64",  # a hash of a millisecond
        "HASH_TIME_COST": "1",
        "STORAGE_URL": f"file://{folder}/uploads",
        **environ,
    }
    return read(Env.load(folder, None, told), ROOT)


@dataclass
class Person:
    """Somebody who signed up, with what their client holds."""

    id: str
    mobile: str
    name: str
    tokens: dict[str, Any] = field(repr=False)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}


class Site:
    """The application under *client*; its clock, its senders, and people who sign up."""

    def __init__(self, client: TestClient, clock: FakeClock | None) -> None:
        self.client = client
        self._clock = clock
        self.mails = FakeMail()
        self.texts = FakeSms()
        self._people = 0

    @property
    def clock(self) -> FakeClock:
        assert self._clock is not None, "this site runs on the real clock"
        return self._clock

    @property
    def services(self) -> Services:
        found: Services = self.client.app_state["services"]
        return found

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """Answers the response of a path, of `/api/v1` unless it says; `by` is who asks."""
        person: Person | None = options.pop("by", None)
        headers = dict(options.pop("headers", {})) | (person.bearer if person else {})
        url = path if path.startswith("/api/") else f"/api/v1{path}"
        return self.client.request(method, url, headers=headers, **options)

    def run(self, work: Any, *args: Any, **options: Any) -> Any:
        """Runs an action in the application's own loop."""

        async def go() -> Any:
            with self.services.database.active():
                return await work(*args, **options)

        assert self.client.portal is not None
        return self.client.portal.call(go)

    def send_code(self, target: str, purpose: str, **more: Any) -> Any:
        """Asks for a code and answers the response."""
        way = "email" if "@" in target else "mobile"
        form = {way: target, "purpose": purpose, **CAPTCHA, **more}
        return self.ask("POST", f"/auth/verify-codes/{way}", json=form)

    def code(self, target: str, purpose: str) -> dict[str, str]:
        """Has a code sent and answers what proves it was received."""
        answer = self.send_code(target, purpose)
        assert answer.status_code == 200, answer.text
        sent: Mapping[str, str]
        sent = self.mails.sent[-1].params if "@" in target else self.texts.sent[-1].params
        way = "email" if "@" in target else "mobile"
        code_id = answer.json()["data"]["code_id"]
        return {way: target, "code_id": code_id, "verify_code": sent["code"]}

    def sign_up(self, target: str = "", name: str = "", **more: Any) -> Person:
        """Signs somebody new up by a code."""
        self._people += 1
        target = target or f"+86138{self._people:08d}"
        name = name or f"person{self._people}"
        way = "email" if "@" in target else "mobile"
        form = {**self.code(target, "signup"), "name": name, "password": PASSWORD, **more}
        answer = self.ask("POST", f"/auth/signup/{way}", json=form)
        assert answer.status_code == 201, answer.text
        data = answer.json()["data"]
        return Person(data["user"]["id"], target, name, data)

    def admin(self) -> Person:
        """Signs up somebody who may do what the guard `admin` asks for."""
        person = self.sign_up()

        async def promote() -> None:
            await User.filter(id=person.id).update(is_admin=True)

        self.run(promote)
        return person


@contextmanager
def running(configured: Settings, clock: FakeClock | None = None) -> Iterator[Site]:
    """Runs an application for a block, with senders that remember what they were given.

    Without *clock* it runs on the machine's.
    """
    app = create_app(configured, clock=clock)
    with ExitStack() as stack:
        client = stack.enter_context(TestClient(app, base_url="http://testserver"))
        site = Site(client, clock)
        stack.enter_context(site.services.mailer.drivers.swap(site.mails))
        stack.enter_context(site.services.sms.swap(site.texts))
        yield site


def codes(answer: Any) -> dict[str, str]:
    """Answers the first fault code of each field of a refused form."""
    return {name: found[0]["code"] for name, found in answer.json()["errors"].items()}
