from __future__ import annotations

import pytest

from tests.unit.app.http.rows import ROWS
from tests.unit.app.http.worlds import Make

OURS = "https://app.example.com"
PREFLIGHT = {"access-control-request-method": "POST"}


@pytest.mark.rule(50)
async def test_a_page_of_the_list_may_read_answers(world: Make) -> None:
    answer = await world(*ROWS, cors_origins=(OURS,)).ask(
        "GET", "/api/seen", headers={"origin": OURS}
    )

    assert answer.header("access-control-allow-origin") == OURS
    assert answer.header("access-control-allow-credentials") == "true"
    assert "X-Request-ID" in (answer.header("access-control-expose-headers") or "")
    assert answer.header("vary") == "Origin"


@pytest.mark.rule(50)
@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "https://app.example.com.evil.com",
        "https://evilapp.example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://APP.example.com",
        "https://app.example.com/",
    ],
)
async def test_another_page_may_not(world: Make, origin: str) -> None:
    ask = world(*ROWS, cors_origins=(OURS,)).ask

    plain = await ask("GET", "/api/seen", headers={"origin": origin})
    asked = await ask("OPTIONS", "/api/touch", headers={"origin": origin, **PREFLIGHT})

    for answer in (plain, asked):
        assert answer.header("access-control-allow-origin") is None
        assert answer.header("access-control-allow-credentials") is None
    assert asked.status == 403


@pytest.mark.rule(50)
async def test_a_preflight_says_what_may_be_sent(world: Make) -> None:
    answer = await world(*ROWS, cors_origins=(OURS,)).ask(
        "OPTIONS", "/api/touch", headers={"origin": OURS, **PREFLIGHT}
    )

    assert (answer.status, answer.body) == (204, b"")
    assert "PATCH" in (answer.header("access-control-allow-methods") or "")
    allowed = (answer.header("access-control-allow-headers") or "").split(", ")
    assert {"X-CSRF-Token", "If-Match"} <= {*allowed}


@pytest.mark.rule(50)
async def test_where_every_page_may_none_may_with_cookies(world: Make) -> None:
    ask = world(*ROWS, cors_origins=("*",)).ask

    anybody = await ask("GET", "/api/seen", headers={"origin": "https://any.example.net"})
    nobody = await ask("GET", "/api/seen", headers={"origin": "null"})

    assert anybody.header("access-control-allow-origin") == "*"
    assert anybody.header("access-control-allow-credentials") is None
    assert nobody.header("access-control-allow-origin") is None


async def test_without_a_list_nothing_is_said(world: Make) -> None:
    answer = await world(*ROWS).ask("GET", "/api/seen", headers={"origin": OURS})

    assert answer.header("access-control-allow-origin") is None
    assert answer.header("vary") is None


@pytest.mark.rule(50)
async def test_a_refusal_can_be_read_too(world: Make) -> None:
    answer = await world(*ROWS, cors_origins=(OURS,)).ask(
        "GET", "/api/me", headers={"origin": OURS}
    )

    assert answer.status == 401
    assert answer.header("access-control-allow-origin") == OURS
