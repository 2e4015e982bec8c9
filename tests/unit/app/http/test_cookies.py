from __future__ import annotations

from typing import Any

import pytest

from app.http import cookies
from app.http.guards import anyone
from app.http.routing import post
from app.http.state import Req
from tests.unit.app.http.worlds import Make

HTTPS = "https://chat.example.com"


async def enter(request: Req) -> None:
    cookies.put(request, secret="s" * 43, csrf="c" * 43, max_age=3600)


async def leave(request: Req) -> None:
    cookies.clear(request)


async def asked(request: Req) -> bool:
    return cookies.wants_cookie(request)


ROWS = (
    post("/enter", enter, guard=anyone),
    post("/leave", leave, guard=anyone),
    post("/asked", asked, answer=bool, guard=anyone),
)


async def lines(world: Make, path: str, **settings: Any) -> list[str]:
    answer = await world(*ROWS, **settings).ask("POST", path, host="chat.example.com")
    return (answer.header("set-cookie") or "").split("\n")


@pytest.mark.rule(45)
@pytest.mark.parametrize("env", ["production", "staging"])
@pytest.mark.parametrize("url", [HTTPS, "http://chat.example.com"])
async def test_where_people_are_served_cookies_are_bound_to_host_and_https(
    world: Make, env: str, url: str
) -> None:
    session, csrf = await lines(world, "/enter", env=env, url=url)

    for line in (session, csrf):
        assert line.startswith("__Host-")  # which demands Path=/, Secure and no Domain
        assert {"Path=/", "Secure", "SameSite=Lax"} <= set(line.split("; "))
        assert "Domain" not in line
        assert len(line) < 4096
    assert session.endswith("; HttpOnly")
    assert "HttpOnly" not in csrf  # our page reads it


async def test_over_plain_http_on_ones_own_machine_they_are_plain(world: Make) -> None:
    session, csrf = await lines(world, "/enter", env="local")

    assert session.startswith("parley_session=sss")
    assert csrf.startswith("parley_csrf=ccc")
    assert "Secure" not in session + csrf
    assert session.endswith("; HttpOnly")


async def test_over_https_they_are_bound_anywhere(world: Make) -> None:
    assert (await lines(world, "/enter", url=HTTPS))[0].startswith("__Host-parley_session=")


async def test_taking_them_back_empties_both_at_once(world: Make) -> None:
    for line in await lines(world, "/leave"):
        assert "=; Path=/; Max-Age=0" in line


@pytest.mark.parametrize(
    ("said", "wanted"), [("cookie", True), ("Cookie", False), ("token", False), ("", False)]
)
async def test_a_browser_asks_for_cookies_by_a_header_of_its_own(
    world: Make, said: str, wanted: bool
) -> None:
    answer = await world(*ROWS).ask("POST", "/asked", headers={"x-auth-mode": said})

    assert answer.json() == {"data": wanted}
