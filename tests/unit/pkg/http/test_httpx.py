"""The driver against servers that behave badly."""

from __future__ import annotations

import asyncio
import gzip
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pkg.http import HttpConfig, HttpRequest, HttpUnavailable
from pkg.http.drivers.httpx import HttpxDriver
from pkg.testing import race
from tests.vendors.tcp import tcp_server
from tests.vendors.tls import tls_for
from tests.vendors.web import Answer, WebServer, web_server


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with web_server() as server:
        yield server


@asynccontextmanager
async def opened(**knobs: float | str) -> AsyncIterator[HttpxDriver]:
    driver = HttpxDriver(HttpConfig.model_validate({"timeout": 30} | knobs))
    try:
        yield driver
    finally:
        await driver.close()


def get(web: WebServer, path: str = "/", **headers: str) -> HttpRequest:
    return HttpRequest("GET", f"http://{web.host}{path}", headers)


async def test_the_request_goes_out_as_it_was_made(web: WebServer) -> None:
    async with opened() as driver:
        await driver.send(
            HttpRequest("PUT", f"http://{web.host}/a?b=c%20d", {"Accept": "text/x"}, b"body")
        )

    head, _, body = web.requests[0].partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    assert lines[0] == b"put /a?b=c%20d http/1.1"
    assert body == b"body"
    assert lines.count(b"accept: text/x") == 1
    assert b"accept-encoding: identity" in lines
    assert f"host: {web.host}".encode() in lines


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(web: WebServer, status: int) -> None:
    web.answer = Answer(status, headers={"location": f"http://{web.host}/inside"})

    async with opened() as driver:
        answer = await driver.send(get(web))

    assert answer.status == status
    assert len(web.requests) == 1


async def test_a_cookie_of_one_answer_is_not_sent_with_the_next_request(web: WebServer) -> None:
    web.answer = Answer(headers={"set-cookie": "a=b; Path=/"})

    async with opened() as driver:
        await driver.send(get(web))
        await driver.send(get(web))

    assert b"cookie" not in web.requests[1].lower()


async def test_nothing_is_read_from_the_environment(
    web: WebServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password s3cr3t")
    monkeypatch.setenv("NETRC", str(netrc))

    async with opened() as driver:
        await driver.send(get(web))

    assert b"authorization" not in web.requests[0].lower()


async def test_an_answer_over_the_bound_is_not_read_to_its_end(web: WebServer) -> None:
    async with opened(max_bytes=1024) as driver:
        web.answer = Answer(body=b"x" * 1024)
        assert len((await driver.send(get(web))).body) == 1024

        web.answer = Answer(body=b"x" * 1025)
        with pytest.raises(HttpUnavailable, match="large"):
            await driver.send(get(web))


async def test_a_packed_answer_is_not_unpacked(web: WebServer) -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    web.answer = Answer(body=bomb, headers={"content-encoding": "gzip"})

    async with opened() as driver:
        with pytest.raises(HttpUnavailable, match="packed"):
            await driver.send(get(web))


async def test_a_server_that_hangs_is_left_at_the_deadline(web: WebServer) -> None:
    async with opened(timeout=30) as warm:
        await warm.send(get(web))  # loads the vendor, so that the deadline meets the server alone
    web.answer = Answer(hang=True)

    async with opened(timeout=0.2) as driver:
        with pytest.raises(HttpUnavailable, match="in time"):
            await driver.send(get(web))


async def test_a_server_that_drips_does_not_stretch_the_deadline() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0)

    async with tcp_server(drip) as port, opened(timeout=0.5) as driver:
        with pytest.raises(HttpUnavailable, match="in time"):
            await driver.send(HttpRequest("GET", f"http://127.0.0.1:{port}/"))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0\1\2\3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort",
        b"HTTP/9.9 x",
    ],
    ids=["nothing", "noise", "cut short", "another protocol"],
)
async def test_what_is_no_whole_answer_is_unavailable(said: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)

    async with tcp_server(answer) as port, opened() as driver:
        with pytest.raises(HttpUnavailable):
            await driver.send(HttpRequest("GET", f"http://127.0.0.1:{port}/"))


async def test_a_port_where_nobody_listens_is_unavailable() -> None:
    async with web_server() as web:
        pass

    async with opened() as driver:
        with pytest.raises(HttpUnavailable, match="ConnectError"):
            await driver.send(get(web))


@pytest.mark.parametrize(
    "headers", [{"a": "b\r\nc: d"}, {"a\r\n": "b"}, {"a": "\ud800"}, {"é": "x"}]
)
async def test_a_header_that_would_end_the_line_is_not_sent(
    web: WebServer, headers: dict[str, str]
) -> None:
    async with opened() as driver:
        with pytest.raises(HttpUnavailable):
            await driver.send(get(web, **headers))

    assert not web.requests


async def test_requests_over_the_pools_size_wait_their_turn(web: WebServer) -> None:
    async with opened(max_connections=1) as driver:
        answers = await race(8, lambda _: driver.send(get(web)))

    assert [getattr(answer, "status", answer) for answer in answers] == [200] * 8


@pytest.mark.rule(9)
async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    async with web_server(tls_for(tmp_path).server) as web, opened() as driver:
        with pytest.raises(HttpUnavailable, match="ConnectError"):
            await driver.send(HttpRequest("GET", f"https://{web.host}/"))
        assert not web.requests


async def test_a_certificate_of_the_given_authority_is_taken_and_its_name_checked(
    tmp_path: Path,
) -> None:
    good, other = tls_for(tmp_path), tls_for(tmp_path, host="example.com")

    async with web_server(good.server) as web, opened(ca=good.ca) as driver:
        assert (await driver.send(HttpRequest("GET", f"https://{web.host}/"))).status == 200
    async with web_server(other.server) as web, opened(ca=other.ca) as driver:
        with pytest.raises(HttpUnavailable):
            await driver.send(HttpRequest("GET", f"https://{web.host}/"))


@pytest.mark.rule(105)
async def test_no_line_of_any_library_shows_the_url(
    web: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async with opened() as driver:
        await driver.send(get(web, "/?token=s3cr3t", authorization="s3cr3t"))

    assert "s3cr3t" not in caplog.text


def test_importing_the_driver_loads_no_vendor() -> None:
    program = "import sys, pkg.http.drivers.httpx; sys.exit('httpx2' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
