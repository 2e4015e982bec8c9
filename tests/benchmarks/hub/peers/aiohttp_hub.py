"""The peer aiohttp: a loop of `send_str` over all sockets; /echo answers the sender alone.

python aiohttp_hub.py PORT
"""

from __future__ import annotations

import asyncio
import sys

import uvloop
from aiohttp import WSMsgType, web

clients: set[web.WebSocketResponse] = set()


async def echo(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    async for message in socket:
        if message.type == WSMsgType.TEXT:
            await socket.send_str(message.data)
    return socket


async def hub(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    clients.add(socket)
    try:
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await broadcast(message.data)
    finally:
        clients.discard(socket)
    return socket


async def broadcast(text: str) -> None:
    for client in list(clients):
        try:
            await client.send_str(text)
        except ConnectionError:
            clients.discard(client)


def main() -> None:
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    app = web.Application()
    app.router.add_get("/", hub)
    app.router.add_get("/echo", echo)
    web.run_app(
        app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None, backlog=4096
    )


if __name__ == "__main__":
    main()
