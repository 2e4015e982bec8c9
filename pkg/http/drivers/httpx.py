"""Requests over httpx2."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

from pkg.http.config import HttpConfig
from pkg.http.contract import HttpAnswer, HttpDriver, HttpRequest
from pkg.http.errors import HttpUnavailable

if TYPE_CHECKING:  # 240 ms: it is loaded at the first request, in a thread
    import httpx2

# Unpacked answers have no bound: a kilobyte may become a megabyte in one step.
DEFAULTS = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "user-agent": "parley",
}


class HttpxDriver(HttpDriver):
    """Uses httpx2's transport without its client, which keeps cookies between callers, reads
    proxies and passwords from the environment, and logs every URL."""

    def __init__(self, config: HttpConfig | None = None) -> None:
        self._config = config or HttpConfig()
        self._opening = asyncio.Lock()
        self._transport: httpx2.AsyncHTTPTransport | None = None

    async def send(self, request: HttpRequest) -> HttpAnswer:
        try:
            # All of it: a server that sends a byte now and then meets no other time-out.
            async with asyncio.timeout(self._config.timeout):
                return await self._send(await self._opened(), request)
        except TimeoutError:
            raise HttpUnavailable("http: no answer in time") from None

    async def close(self) -> None:
        async with self._opening:
            if self._transport is not None:
                await self._transport.aclose()
            self._transport = None

    async def _opened(self) -> httpx2.AsyncHTTPTransport:
        async with self._opening:
            if self._transport is None:
                self._transport = await asyncio.to_thread(_open, self._config)
            return self._transport

    async def _send(self, transport: httpx2.AsyncHTTPTransport, asked: HttpRequest) -> HttpAnswer:
        import httpx2  # noqa: PLC0415  vendor: loaded by now

        # `from None`: their texts quote the URL, and a token may be in its query.
        try:
            request = httpx2.Request(
                asked.method,
                asked.url,
                headers=DEFAULTS | {name.lower(): value for name, value in asked.headers.items()},
                content=asked.body,
                extensions={"timeout": {"connect": self._config.connect_timeout}},
            )
            response = await transport.handle_async_request(request)
            try:
                body = await self._read(response)
            finally:
                await response.aclose()
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as exc:
            raise HttpUnavailable(f"http: {type(exc).__name__}") from None
        return HttpAnswer(response.status_code, dict(response.headers), body)

    async def _read(self, response: httpx2.Response) -> bytes:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise HttpUnavailable("http: a packed answer, which was not asked for")
        body = bytearray()
        async for part in response.aiter_raw():
            body += part
            if len(body) > self._config.max_bytes:
                raise HttpUnavailable("http: the answer is too large")
        return bytes(body)


def _open(config: HttpConfig) -> httpx2.AsyncHTTPTransport:
    import httpx2  # noqa: PLC0415  vendor: 240 ms

    return httpx2.AsyncHTTPTransport(
        verify=ssl.create_default_context(cafile=config.ca or None),
        trust_env=False,
        limits=httpx2.Limits(max_connections=config.max_connections, keepalive_expiry=30),
    )
