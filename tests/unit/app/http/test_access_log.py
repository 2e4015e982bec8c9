from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.http.guards import anyone
from app.http.routing import get
from app.http.state import Req
from pkg.logger import LogConfig, configure, log, shutdown
from tests.unit.app.http.rows import ROWS
from tests.unit.app.http.worlds import Make

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Answers what has been logged so far."""
    stream = io.StringIO()
    configure(LogConfig(format="json", file=False), stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    shutdown()


def access(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in found if line["message"] == "access"]


@pytest.mark.rule(104)
async def test_a_request_is_one_line_with_who_where_and_what_came_of_it(
    world: Make, lines: Lines
) -> None:
    said = {"authorization": "Bearer right", "x-request-id": "trace-0123456789"}

    await world(*ROWS).ask("GET", "/api/me", headers=said)

    [line] = access(lines())
    fields = {
        "request_id": "trace-0123456789", "method": "GET", "route": "/api/me", "status": 200,
        "ip": "203.0.113.9", "user": 42, "session": 7, "outcome": "ok",
    }  # fmt: skip
    assert fields.items() <= line.items()
    assert line["ms"] >= 0


@pytest.mark.rule(104)
@pytest.mark.parametrize(
    ("path", "route", "status", "outcome"),
    [
        ("/api/things/7", "/api/things/{id}", 200, "ok"),
        ("/api/things/101", "/api/things/{id}", 404, "not_found"),
        ("/api/me", "/api/me", 401, "auth.required"),
        ("/api/things?limit=0", "/api/things", 422, "invalid"),
        ("/nowhere", "/nowhere", 404, "not_found"),
        ("/api/broken", "/api/broken", 500, "internal"),
    ],
)
async def test_the_outcome_is_a_code_and_the_route_is_the_tables(
    world: Make, lines: Lines, path: str, route: str, status: int, outcome: str
) -> None:
    await world(*ROWS).ask("GET", path)

    [line] = access(lines())
    assert (line["route"], line["status"], line["outcome"]) == (route, status, outcome)


@pytest.mark.rule(105)
@pytest.mark.rule(49)
async def test_inherited_secrets_in_logs(world: Make, lines: Lines) -> None:
    said = {
        "authorization": "Bearer canary1",
        "cookie": "parley_session=canary2",
        "x-csrf-token": "canary3",
        "content-type": "application/json",
    }
    body = b'{"name": "canary4", "password": "canary5"}'

    await world(*ROWS).ask("POST", "/api/things?ticket=canary6", headers=said, body=body)
    await world(*ROWS).ask("GET", "/nowhere?ticket=canary7", headers=said)

    assert "canary" not in json.dumps(lines())


@pytest.mark.rule(99)
async def test_a_line_break_in_a_path_makes_no_second_line(world: Make, lines: Lines) -> None:
    await world(*ROWS).ask("GET", "/x\r\nfake line")

    assert len(lines()) == 1


async def test_what_breaks_is_logged_with_its_trace_under_the_requests_id(
    world: Make, lines: Lines
) -> None:
    answer = await world(*ROWS).ask("GET", "/api/broken")

    [broke] = [line for line in lines() if line["message"] == "a request broke"]
    assert broke["request_id"] == answer.header("x-request-id")
    assert "RuntimeError" in json.dumps(broke)


async def test_lines_written_inside_carry_the_requests_id(world: Make, lines: Lines) -> None:
    async def say(request: Req) -> None:
        log.info("inside")

    answer = await world(get("/say", say, guard=anyone)).ask("GET", "/say")

    [inside] = [line for line in lines() if line["message"] == "inside"]
    assert inside["request_id"] == answer.header("x-request-id")


async def test_a_request_that_was_given_up_has_its_line(world: Make, lines: Lines) -> None:
    entered = asyncio.Event()

    async def wait(request: Req) -> None:
        entered.set()
        await asyncio.Event().wait()

    made = world(get("/wait", wait, guard=anyone))
    asking = asyncio.create_task(made.ask("GET", "/wait"))
    await entered.wait()
    asking.cancel()
    await asyncio.wait({asking})

    [line] = access(lines())
    assert (line["status"], line["outcome"]) == (0, "gone")
