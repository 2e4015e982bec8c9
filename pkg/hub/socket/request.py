"""What a request says that wants to become a socket."""

from __future__ import annotations

import asyncio
from binascii import a2b_base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

Headers = list[tuple[bytes, bytes]]
Said = Mapping[bytes, Sequence[str]]

_ABOUT: Final = b"sec-websocket-"
KEY, VERSION = _ABOUT + b"key", _ABOUT + b"version"
PROTOCOL, EXTENSIONS = _ABOUT + b"protocol", _ABOUT + b"extensions"


class Refusal(Exception):
    """The request is no handshake."""

    def __init__(self, status: int, text: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
        super().__init__(text)
        self.status = status
        self.headers = list(headers)


def said_of(headers: Headers) -> Said:
    """Answers what the headers about sockets say, by name; one may come several times."""
    said: dict[bytes, list[str]] = {}
    for name, value in headers:
        if name.startswith(_ABOUT):
            said.setdefault(name, []).append(value.decode("latin-1"))
    return said


def key(method: str, said: Said) -> bytes:
    """Answers the key of a handshake.

    Raises:
        Refusal: it is none, as RFC 6455 4.2.1 wants it.
    """
    if method != "GET":
        raise Refusal(405, "a handshake is a GET", [(b"allow", b"GET")])
    keys = said.get(KEY, ())
    if said.get(VERSION) != ["13"]:
        raise Refusal(426, "version 13 is spoken here", [(VERSION, b"13")])
    try:
        size = len(a2b_base64(keys[0], strict_mode=True))
    except (IndexError, ValueError):  # whatever base64 says of it
        size = 0
    if len(keys) != 1 or size != 16:
        raise Refusal(400, "Sec-WebSocket-Key must be 16 bytes in base64, once")
    return keys[0].encode()


def written_anew(
    head: bytes, socket: asyncio.Transport, config: Any, app_state: dict[str, Any]
) -> dict[str, Any]:
    """Answers the scope of a request that uvicorn had read, and has written anew."""
    request, *lines = head.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    method, target, _ = request.split(b" ", 2)
    pairs = (line.partition(b": ") for line in lines)
    is_tls = socket.get_extra_info("sslcontext") is not None
    return {
        "asgi": {"version": config.asgi_version},
        "http_version": "1.1",
        "method": method.decode("latin-1"),
        "scheme": "https" if is_tls else "http",
        "server": _address(socket, "sockname"),
        "client": _address(socket, "peername"),
        "root_path": config.root_path,
        "target": target,
        "headers": [(name.lower(), value) for name, _, value in pairs],
        "state": app_state.copy(),
    }


def _address(socket: asyncio.Transport, name: str) -> tuple[str, int] | None:
    found = socket.get_extra_info(name)
    return (str(found[0]), int(found[1])) if isinstance(found, tuple) else None
