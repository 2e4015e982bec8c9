"""One-time things over two processes on one database: of twenty at once, one succeeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx2
import pytest
from redis.asyncio import Redis
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from pkg.cache.drivers.database import DatabaseStore
from pkg.cache.drivers.redis import RedisStore
from pkg.clock import SystemClock
from pkg.testing import race
from tests.databases import opened
from tests.faults.conftest import NewServer
from tests.faults.people import API, ask_code, mobile, sign_up

ALL = 20


@pytest.fixture
async def clients(new_server: NewServer) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """A client of each of two servers."""
    servers = [new_server(), new_server()]
    async with AsyncExitStack() as open_clients:
        yield [
            await open_clients.enter_async_context(
                httpx2.AsyncClient(base_url=server.url, timeout=30)
            )
            for server in servers
        ]


@pytest.mark.rule(1)
async def test_one_code_signs_in_once(clients: list[httpx2.AsyncClient]) -> None:
    code_id = await ask_code(clients[0], 1, "login")
    form = {"mobile": mobile(1), "code_id": code_id, "verify_code": "123456"}

    async def sign_in(number: int) -> int:
        answer = await clients[number % 2].post(f"{API}/auth/login/mobile", json=form)
        return answer.status_code

    statuses = Counter(await race(ALL, sign_in))

    assert statuses[200] + statuses[201] == 1
    assert set(statuses) <= {200, 201, 422, 429}


@pytest.mark.rule(13)
async def test_one_captcha_lets_one_through(
    clients: list[httpx2.AsyncClient], stores: dict[str, str]
) -> None:
    issued = (await clients[0].post(f"{API}/auth/captcha", json={"kind": "digits"})).json()["data"]
    solved = {"captcha_id": issued["captcha_id"], "captcha_answer": await answer_to(issued, stores)}

    async def send_code(number: int) -> int:
        form = {"mobile": mobile(number), "purpose": "login", **solved}
        answer = await clients[number % 2].post(f"{API}/auth/verify-codes/mobile", json=form)
        return answer.status_code

    statuses = Counter(await race(ALL, send_code))

    assert statuses == {200: 1, 422: ALL - 1}


@pytest.mark.rule(67)
async def test_one_ticket_opens_one_socket(clients: list[httpx2.AsyncClient]) -> None:
    person = await sign_up(clients[0], 1)
    answer = await clients[0].post(f"{API}/ws-ticket", headers=person.bearer)
    ticket = answer.json()["data"]["ticket"]

    async def open_socket(number: int) -> bool:
        base = str(clients[number % 2].base_url).replace("http", "ws").rstrip("/")
        try:
            async with connect(
                f"{base}/ws?ticket={ticket}",
                subprotocols=["chat.v1"],  # type: ignore[list-item]  # a NewType of str
                max_queue=None,  # a goodbye is read behind all that nobody read
                proxy=None,
            ) as socket:
                await socket.send('{"type":"hello","v":1}')
                return '"welcome"' in str(await socket.recv())
        except WebSocketException:
            return False

    assert Counter(await race(ALL, open_socket)) == {True: 1, False: ALL - 1}


@pytest.mark.rule(37)
async def test_a_refresh_token_in_its_grace_has_one_successor(
    clients: list[httpx2.AsyncClient],
) -> None:
    person = await sign_up(clients[0], 1)

    async def refresh(number: int) -> tuple[int, str]:
        form = {"refresh_token": person.refresh}
        answer = await clients[number % 2].post(f"{API}/auth/refresh", json=form)
        return answer.status_code, answer.json().get("data", {}).get("refresh_token", "")

    answers = set(await race(ALL, refresh))

    assert len(answers) == 1
    status, successor = answers.pop()  # type: ignore[misc]  # no exception: the next line tells
    assert status == 200
    assert successor != person.refresh
    assert await living(clients[1], successor) == 1


async def living(client: httpx2.AsyncClient, refresh: str) -> int:
    """Answers how many sessions the account behind *refresh* has; it works, or this fails."""
    answer = await client.post(f"{API}/auth/refresh", json={"refresh_token": refresh})
    assert answer.status_code == 200, answer.text
    bearer = {"Authorization": f"Bearer {answer.json()['data']['access_token']}"}
    return len((await client.get(f"{API}/auth/sessions", headers=bearer)).json()["data"])


async def answer_to(issued: dict[str, str], stores: dict[str, str]) -> str:
    """Looks the picture's answer up where the servers keep it."""
    key = f"captcha:{issued['captcha_id']}"
    if "REDIS_URL" in stores:
        redis = Redis.from_url(stores["REDIS_URL"])
        found = await RedisStore(redis, prefix="one_time:").get(key)
        await redis.aclose()
    else:
        async with opened(stores["DATABASE_URL"]) as database:
            store = DatabaseStore(database, SystemClock(), table="one_time_entries")
            found = await store.get(key)
    assert found is not None
    return found.decode()
