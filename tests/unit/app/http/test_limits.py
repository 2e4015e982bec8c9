from __future__ import annotations

import pytest

from pkg.limiter import Limit, LimiterConfig
from tests.unit.app.http.rows import ROWS
from tests.unit.app.http.worlds import Make

TOKEN = {"authorization": "Bearer right"}
TIGHT = LimiterConfig(
    api=(Limit.parse("2-M"),), api_user=(Limit.parse("3-M"),), captcha=(Limit.parse("1-M"),)
)


@pytest.mark.rule(78)
async def test_inherited_limit_without_retry_after(world: Make) -> None:
    made = world(*ROWS, limits=TIGHT)
    await made.ask("POST", "/api/captcha")
    made.clock.advance(10)

    answer = await made.ask("POST", "/api/captcha")

    assert (answer.status, answer.json()["code"]) == (429, "limit.exceeded")
    assert answer.header("retry-after") == "50"
    assert answer.json()["retry_after"] == 50
    assert answer.header("ratelimit") == '"captcha";r=0;t=50'
    assert answer.header("ratelimit-policy") == '"captcha";q=1;w=60'


@pytest.mark.rule(78)
async def test_what_is_left_falls_and_is_told_with_every_answer(world: Make) -> None:
    made = world(*ROWS, limits=TIGHT)

    told = [(await made.ask("GET", "/api/things/0")).header("ratelimit") for _ in range(2)]

    assert told == ['"api";r=1;t=60', '"api";r=0;t=60']


@pytest.mark.rule(80)
async def test_inherited_limits_off_in_tests(world: Make) -> None:
    made = world(*ROWS, limits=TIGHT)

    statuses = [(await made.ask("POST", "/api/touch")).status for _ in range(3)]

    assert made.config.env == "testing"
    assert statuses == [204, 204, 429]


async def test_somebody_signed_in_is_counted_by_account_wherever_they_are(world: Make) -> None:
    made = world(*ROWS, limits=TIGHT)
    statuses = []
    for peer in ("203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"):
        made.ask.peer = peer
        statuses.append((await made.ask("POST", "/api/touch", headers=TOKEN)).status)

    assert statuses == [204, 204, 204, 429]


@pytest.mark.rule(79)
async def test_one_customer_of_ipv6_is_one_caller(world: Make) -> None:
    made = world(*ROWS, limits=TIGHT)
    statuses = []
    for peer in ("2001:db8::1", "2001:db8::2", "2001:db8::ffff:1", "2001:db8:0:1::1"):
        made.ask.peer = peer
        statuses.append((await made.ask("POST", "/api/touch")).status)

    assert statuses == [204, 204, 429, 204]


async def test_who_may_not_pass_spends_nothing(world: Make) -> None:
    made = world(*ROWS, limits=TIGHT)

    for _ in range(5):
        assert (await made.ask("GET", "/api/me")).status == 401
    assert (await made.ask("POST", "/api/touch")).status == 204
