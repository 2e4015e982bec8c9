"""What the outer stages refuse, each before anything behind it is asked."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from app.http.guards import anyone
from app.http.middleware.timeout import Timeout
from app.http.routing import Row, get
from app.http.state import Req
from tests.asgi import Client
from tests.unit.app.http.rows import ROWS
from tests.unit.app.http.worlds import Make


class Gate:
    """A row that waits until it is let through."""

    def __init__(self) -> None:
        self.entered, self.open = asyncio.Event(), asyncio.Event()

    async def wait(self, request: Req) -> None:
        self.entered.set()
        await self.open.wait()

    def row(self, path: str = "/wait") -> Row:
        return get(path, self.wait, guard=anyone)


@pytest.mark.rule(103)
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("chat.example.com", 204),
        ("CHAT.example.com:8443", 204),
        ("chat.example.com.", 204),
        ("a.b.example.org", 204),
        ("example.org", 400),
        ("evil.com", 400),
        ("chat.example.com.evil.com", 400),
        ("evil.com/chat.example.com", 400),
        ("user@chat.example.com", 400),
        ("chat.example.com\tx", 400),
        ("", 400),
        (None, 400),
    ],
)
async def test_only_our_own_hosts_are_answered(world: Make, host: str | None, status: int) -> None:
    made = world(*ROWS, hosts=("chat.example.com", "*.example.org"))

    answer = await made.ask("POST", "/api/touch", host=host)

    assert answer.status == status
    assert answer.header("x-request-id")


@pytest.mark.rule(103)
async def test_two_hosts_are_refused_even_where_every_name_will_do(world: Make) -> None:
    answer = await world(*ROWS).ask("POST", "/api/touch", headers=[("host", "testserver")])

    assert answer.status == 400
    assert answer.json()["code"] == "host.refused"


@pytest.mark.rule(103)
@pytest.mark.parametrize(("host", "status"), [("[::1]:8000", 204), ("[::2]", 400)])
async def test_an_address_in_brackets_is_a_host(world: Make, host: str, status: int) -> None:
    made = world(*ROWS, env="staging", url="http://[::1]:8000")

    assert (await made.ask("POST", "/api/touch", host=host)).status == status


async def test_without_a_list_the_host_of_the_url_is_ours_where_people_are_served(
    world: Make,
) -> None:
    made = world(*ROWS, env="production", url="https://chat.example.com")

    assert (await made.ask("POST", "/api/touch", host="chat.example.com")).status == 204
    assert (await made.ask("POST", "/api/touch", host="testserver")).status == 400


async def test_in_maintenance_only_who_watches_over_the_node_passes(world: Make) -> None:
    made = world(*ROWS, Gate().row("/health/x"), maintenance=True)

    closed = await made.ask("POST", "/api/touch")
    shut = await made.ask.handshake("/ws")
    health = await made.ask("POST", "/health/x")
    figures = await made.ask("GET", "/metrics")

    assert (closed.status, closed.json()["code"]) == (503, "maintenance")
    assert closed.header("retry-after") == "30"
    assert shut[0]["status"] == 503
    assert health.status == 405
    assert figures.status == 404  # it got through to the table


@pytest.mark.rule(110)
async def test_a_body_too_large_is_refused_before_it_is_read(world: Make) -> None:
    said = {"content-type": "application/json", "content-length": "2049"}

    answer = await world(*ROWS, max_body_bytes=2048).ask("POST", "/api/things", headers=said)

    assert (answer.status, answer.json()["code"]) == (413, "body.too_large")


@pytest.mark.rule(110)
async def test_a_body_without_a_length_is_counted_as_it_comes(world: Make) -> None:
    def endless() -> list[bytes]:
        return [b" " * 1000] * 3

    said = {"content-type": "application/json"}

    answer = await world(*ROWS, max_body_bytes=2048).ask(
        "POST", "/api/things", headers=said, body=endless()
    )

    assert answer.status == 413


@pytest.mark.rule(110)
@pytest.mark.parametrize("packing", ["gzip", "br", "deflate", "identity, gzip"])
async def test_a_packed_body_is_not_unpacked(world: Make, packing: str) -> None:
    said = {"content-encoding": packing, "content-type": "application/json"}

    answer = await world(*ROWS).ask("POST", "/api/things", headers=said, body=b"{}")

    assert answer.status == 415


@pytest.mark.parametrize("length", ["x", "-1", "1.5", "0x10"])
async def test_a_length_that_is_none_is_400(world: Make, length: str) -> None:
    said = {"content-length": length}

    assert (await world(*ROWS).ask("POST", "/api/things", headers=said)).status == 400


async def test_a_length_of_five_thousand_digits_is_413(world: Make) -> None:
    said = {"content-length": "9" * 5000}

    assert (await world(*ROWS).ask("POST", "/api/things", headers=said)).status == 413


async def test_one_request_too_many_is_told_to_come_back(world: Make) -> None:
    gate = Gate()
    made = world(*ROWS, gate.row(), max_requests=1)
    waiting = asyncio.create_task(made.ask("GET", "/wait"))
    await gate.entered.wait()

    refused = await made.ask("POST", "/api/touch")
    watched = [await made.ask("GET", path) for path in ("/health/live", "/metrics")]
    gate.open.set()

    assert (refused.status, refused.header("retry-after")) == (503, "1")
    assert [answer.status for answer in watched] == [404, 404]  # they got through to the table
    assert (await waiting).status == 204
    assert (await made.ask("POST", "/api/touch")).status == 204


async def test_who_waits_too_long_gets_503_and_the_work_is_given_up() -> None:
    gate, given_up = Gate(), asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await gate.open.wait()
        finally:
            given_up.set()

    answer = await Client(Timeout(app, seconds=0), {})("GET", "/x")

    assert given_up.is_set()
    assert (answer.status, answer.json()["code"]) == (503, "request.timeout")


async def test_an_answer_that_has_begun_is_not_timed() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(5):
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"whole"})

    answer = await Client(Timeout(app, seconds=0), {})("GET", "/x")

    assert (answer.status, answer.body) == (200, b"whole")


async def test_a_timeout_inside_is_not_taken_for_ours() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await Client(Timeout(app, seconds=60), {})("GET", "/x")


async def test_a_caller_who_leaves_in_the_middle_gets_nothing(world: Make) -> None:
    said = {"content-type": "application/json"}
    made = world(*ROWS)

    answer = await made.ask("POST", "/api/things", headers=said, body=[])

    assert answer.status == 0
