"""The laws of asking another server, over every driver."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from pkg.errors import Unavailable
from pkg.http import HttpAnswer, HttpDriver, HttpRequest, HttpUnavailable
from pkg.http.drivers.fake import FakeDriver
from pkg.http.drivers.httpx import HttpxDriver
from tests.vendors.web import Answer, web_server


@dataclass(frozen=True, slots=True)
class Case:
    """A driver, the address of what it asks, and how to set what is said there."""

    driver: HttpDriver
    url: str
    say: Callable[[HttpAnswer], None]
    fail: Callable[[], None]


@asynccontextmanager
async def fake_case() -> AsyncIterator[Case]:
    fake, url = FakeDriver(), "https://example.com/x"

    def fail() -> None:
        fake.failure = HttpUnavailable()

    yield Case(fake, url, fake.answers[url].append, fail)


@asynccontextmanager
async def httpx_case() -> AsyncIterator[Case]:
    async with web_server() as web:

        def say(answer: HttpAnswer) -> None:
            web.answer = Answer(answer.status, answer.body, dict(answer.headers))

        def fail() -> None:
            web.answer = Answer(cut=True)

        driver = HttpxDriver()
        yield Case(driver, f"http://{web.host}/x", say, fail)
        await driver.close()


CASES = {"fake": fake_case, "httpx": httpx_case}


@pytest.fixture(params=CASES)
async def case(request: pytest.FixtureRequest) -> AsyncIterator[Case]:
    async with CASES[request.param]() as made:
        yield made


@pytest.mark.parametrize("status", [200, 204, 302, 404, 500])
async def test_whatever_the_status_it_is_an_answer(case: Case, status: int) -> None:
    case.say(HttpAnswer(status, {"location": "/elsewhere"}, b""))

    answer = await case.driver.send(HttpRequest("GET", case.url))

    assert answer.status == status
    assert answer.headers["location"] == "/elsewhere"


async def test_the_body_comes_whole(case: Case) -> None:
    case.say(HttpAnswer(200, {"content-type": "text/plain"}, b"\0\xff" * 5000))

    answer = await case.driver.send(HttpRequest("POST", f"{case.url}?a=b", {}, b"asked"))

    assert answer.body == b"\0\xff" * 5000


async def test_a_server_that_does_not_answer_is_unavailable(case: Case) -> None:
    case.fail()

    with pytest.raises(HttpUnavailable) as caught:
        await case.driver.send(HttpRequest("GET", f"{case.url}?token=s3cr3t"))
    assert isinstance(caught.value, Unavailable)
    assert caught.value.code == "http.unavailable"
    assert "s3cr3t" not in repr(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


async def test_closing_twice_is_closing(case: Case) -> None:
    await case.driver.close()
    await case.driver.close()


def test_a_request_and_an_answer_keep_what_they_hold_out_of_their_repr() -> None:
    request = HttpRequest("GET", "https://example.com/?t=s3cr3t", {"a": "s3cr3t"}, b"s3cr3t")
    answer = HttpAnswer(200, {"set-cookie": "s3cr3t"}, b"s3cr3t")

    assert "s3cr3t" not in repr((request, answer))
