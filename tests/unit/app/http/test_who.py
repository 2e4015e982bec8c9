"""Who is asking, and whether it was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pkg.database import DatabaseUnavailable
from tests.unit.app.http.rows import ROWS
from tests.unit.app.http.worlds import Make

COOKIE = {"cookie": "a=b; parley_session=right; c=d"}


async def test_a_token_or_a_cookie_tells_who_is_asking(world: Make) -> None:
    ask = world(*ROWS).ask

    for said in ({"authorization": "Bearer right"}, {"authorization": "bearer right"}, COOKIE):
        assert (await ask("GET", "/api/me", headers=said)).json()["data"]["user"] == "42"


async def test_nobody_is_asked_to_sign_in(world: Make) -> None:
    answer = await world(*ROWS).ask("GET", "/api/me")

    assert (answer.status, answer.json()["code"]) == (401, "auth.required")
    assert answer.header("www-authenticate") == "Bearer"


async def test_what_is_shown_and_does_not_hold_says_why(world: Make) -> None:
    for said in ({"authorization": "Bearer old"}, {"cookie": "parley_session=old"}):
        answer = await world(*ROWS).ask("GET", "/api/me", headers=said)
        assert (answer.status, answer.json()["code"]) == (401, "token.expired")


@pytest.mark.rule(42)
@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearer  right",
        "Bearer right right",
        "Bearer right,right",
        "right",
        "Basic right",
        "Bearer r\xefght",
        "Bearer " + "x" * 9000,
    ],
)
async def test_an_authorization_of_another_shape_is_401(world: Make, header: str) -> None:
    made = world(*ROWS)

    answer = await made.ask("GET", "/api/me", headers={"authorization": header})

    assert (answer.status, answer.json()["code"]) == (401, "auth.header")
    assert made.auth.asked == []


@pytest.mark.rule(42)
async def test_an_authorization_that_comes_twice_is_401(world: Make) -> None:
    twice = [("authorization", "Bearer right"), ("authorization", "Bearer right")]

    assert (await world(*ROWS).ask("GET", "/api/me", headers=twice)).status == 401


@pytest.mark.rule(48)
@pytest.mark.parametrize(
    "cookie",
    [
        "parley_session=",
        "parley_session",
        "=",
        ";;;",
        "parley_session=r\xefght",
        "parley_session=right; parley_session=right",
        "__Host-parley_session=right",
        'parley_session="right"',
        "parley_session=" + "x" * 5000,
    ],
)
async def test_a_tampered_cookie_is_anonymous(world: Make, cookie: str) -> None:
    ask = world(*ROWS).ask

    assert (await ask("GET", "/api/me", headers={"cookie": cookie})).status == 401
    assert (await ask("GET", "/api/seen", headers={"cookie": cookie})).json()["data"]["user"] == ""


async def test_a_cookie_may_come_in_several_lines(world: Make) -> None:
    said = [("cookie", "a=b"), ("cookie", "parley_session=right")]

    assert (await world(*ROWS).ask("GET", "/api/me", headers=said)).status == 200


async def test_where_there_is_a_token_a_cookie_is_not_looked_at(world: Make) -> None:
    said = {"authorization": "Bearer old", **COOKIE}

    assert (await world(*ROWS).ask("GET", "/api/me", headers=said)).status == 401


async def test_where_sessions_cannot_be_looked_up_nobody_is_let_in(world: Make) -> None:
    made = world(*ROWS)
    made.auth.failure = DatabaseUnavailable("away")

    inside = await made.ask("GET", "/api/me", headers=COOKIE)
    outside = await made.ask("GET", "/api/seen", headers=COOKIE)

    assert inside.status == 503
    assert outside.status == 200


async def test_files_of_the_page_are_served_without_asking_who_wants_them(world: Make) -> None:
    made = world(*ROWS)

    await made.ask("GET", "/assets/js/main.js", headers=COOKIE)

    assert made.auth.asked == []


async def test_guests_only_means_nobody_signed_in(world: Make) -> None:
    ask = world(*ROWS).ask

    assert (await ask("GET", "/api/guest")).status == 204
    assert (await ask("GET", "/api/guest", headers={"authorization": "Bearer old"})).status == 204
    assert (await ask("GET", "/api/guest", headers=COOKIE)).json()["code"] == "guest.only"


async def test_a_confirmation_counts_until_its_end(world: Make) -> None:
    made = world(*ROWS)
    until = made.clock.now() + timedelta(seconds=60)
    made.auth.principal = replace(made.auth.principal, confirmed_until=until)

    assert (await made.ask("GET", "/api/confirmed", headers=COOKIE)).status == 204

    made.clock.advance(60)
    answer = await made.ask("GET", "/api/confirmed", headers=COOKIE)
    assert (answer.status, answer.json()["code"]) == (403, "confirm.required")


@pytest.mark.rule(46)
@pytest.mark.parametrize("token", [None, "", "right", "csrf of left", "csrf of right ", "\xff"])
async def test_a_cookie_alone_changes_nothing(world: Make, token: str | None) -> None:
    said = COOKIE if token is None else {**COOKIE, "x-csrf-token": token}

    answer = await world(*ROWS).ask("POST", "/api/me", headers=said)

    assert (answer.status, answer.json()["code"]) == (403, "csrf.refused")


@pytest.mark.rule(46)
async def test_a_cookie_with_its_token_changes_what_it_may(world: Make) -> None:
    said = {**COOKIE, "x-csrf-token": "csrf of right"}

    assert (await world(*ROWS).ask("POST", "/api/me", headers=said)).status == 204


async def test_a_bearer_token_and_a_guest_need_no_other(world: Make) -> None:
    ask = world(*ROWS).ask

    assert (await ask("POST", "/api/me", headers={"authorization": "Bearer right"})).status == 204
    assert (await ask("POST", "/api/touch")).status == 204
    old = {"cookie": "parley_session=old"}
    assert (await ask("POST", "/api/touch", headers=old)).status == 204
