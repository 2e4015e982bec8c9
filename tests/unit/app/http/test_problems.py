from __future__ import annotations

import pytest

from app.errors import LoginRefused, MobileTaken, NotFound
from app.http.errors import STATUS, Broken, status
from app.http.guards import anyone
from app.http.routing import get
from app.http.state import Req
from pkg.errors import Error, Exhausted, Misconfigured, Rejected, Unavailable
from pkg.hash import HashingBusy
from pkg.jwt import TokenExpired
from pkg.sms import SmsRefused, SmsUnavailable
from pkg.validation import Invalid, NotJson
from pkg.verifycode import TooManyTries, WrongCode
from tests.unit.app.http.rows import ROWS
from tests.unit.app.http.worlds import Make


class Made(NotFound):
    """An error nobody gave a status."""

    code = "made.up"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (NotJson, 400),
        (LoginRefused, 401),
        (TokenExpired, 401),
        (Made, 404),
        (MobileTaken, 409),
        (Rejected, 409),
        (SmsRefused, 409),
        (Invalid, 422),
        (WrongCode, 422),
        (TooManyTries, 429),
        (Exhausted, 429),
        (Misconfigured, 500),
        (Broken, 500),
        (SmsUnavailable, 502),
        (HashingBusy, 503),
        (Unavailable, 503),
    ],
)
def test_the_nearest_ancestor_decides_the_status(kind: type[Error], expected: int) -> None:
    assert status(kind) == expected


def test_the_four_families_and_the_root_have_a_status_each() -> None:
    assert {Error, Misconfigured, Unavailable, Rejected, Exhausted} <= STATUS.keys()


@pytest.mark.rule(106)
async def test_inherited_error_shapes_differ(world: Make) -> None:
    ask = world(*ROWS, max_body_bytes=2048).ask
    answers = [
        await ask("GET", "/nowhere"),
        await ask("POST", "/api/seen"),
        await ask("GET", "/api/me"),
        await ask("GET", "/api/broken"),
        await ask("GET", "/api/things?limit=0"),
        await ask("GET", "/api/seen", host=None),
        await ask("POST", "/api/things", headers={"content-length": "9999"}),
        await ask("POST", "/api/things", headers={"content-encoding": "gzip"}),
    ]

    for answer in answers:
        told = answer.json()
        assert answer.header("content-type") == "application/problem+json"
        assert answer.header("cache-control") == "no-store"
        assert {"type", "title", "status", "code", "instance", "request_id"} <= told.keys()
        assert told["status"] == answer.status
        assert told["request_id"] == answer.header("x-request-id")
        assert told["type"] == f"urn:parley:problem:{told['code']}"


async def test_words_follow_the_caller_and_codes_do_not(world: Make) -> None:
    ask = world(*ROWS).ask

    english = (await ask("GET", "/nowhere")).json()
    chinese = (await ask("GET", "/nowhere", headers={"accept-language": "zh-CN"})).json()

    assert (english["title"], english["detail"]) == ("No such thing", "It is not here.")
    assert (chinese["title"], chinese["detail"]) == ("没有找到", "这里没有。")
    assert english["code"] == chinese["code"] == "not_found"


async def test_an_answer_that_depends_on_who_asks_says_so(world: Make) -> None:
    assert (await world(*ROWS).ask("GET", "/nowhere")).header("vary") == "Accept, Accept-Language"


async def test_a_wait_is_told_in_whole_seconds_in_head_and_body(world: Make) -> None:
    async def later(request: Req) -> None:
        raise Unavailable(retry_after=1.2)

    answer = await world(get("/later", later, guard=anyone)).ask("GET", "/later")

    assert answer.header("retry-after") == "2"
    assert answer.json()["retry_after"] == 2


async def test_a_person_with_a_browser_gets_a_page(world: Make) -> None:
    said = {"accept": "text/html,application/xhtml+xml"}

    answer = await world(*ROWS).ask("GET", "/nowhere", headers=said)

    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert b"<h1>No such thing</h1>" in answer.body
    assert answer.status == 404


async def test_what_an_error_says_for_the_log_is_not_told(world: Make) -> None:
    async def refused(request: Req) -> None:
        raise NotFound("row 7 of the secret table")

    answer = await world(get("/x", refused, guard=anyone)).ask("GET", "/x")

    assert b"secret" not in answer.body
