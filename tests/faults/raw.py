"""A socket whose every byte a test decides, and which sees every byte that comes back."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import struct
import zlib
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlsplit

from tests.frames import CLOSE, FIN, PING, PONG, RSV1, TEXT, closing, frame

PATIENCE = 20  # seconds; a shared machine


class Raw:
    """A client after its handshake. *answer* holds the headers of the 101, in lower case."""

    def __init__(self, sock: socket.socket) -> None:
        self.answer: dict[str, str] = {}
        self.packed = 0  # frames that came packed
        self.was_cut = False  # the stream did not end, it was reset
        self._sock = sock
        self._held = bytearray()

    @classmethod
    async def open(cls, url: str, headers: Mapping[str, str]) -> Self:
        """Opens `/ws` of the server at *url*."""
        raw = await cls._ask(url, headers)
        status = await raw._read_answer()
        assert " 101 " in status, status
        return raw

    @classmethod
    async def rush(cls, url: str, headers: Mapping[str, str], early: bytes) -> int:
        """Sends *early* before the handshake is answered; answers the status, 0 for none."""
        raw = await cls._ask(url, headers)
        try:
            await raw.send(early)
            status = await raw._read_answer()
        except ConnectionError:
            status = ""
        raw.close()
        return int(status.split()[1]) if status else 0

    @classmethod
    async def _ask(cls, url: str, headers: Mapping[str, str]) -> Self:
        parts = urlsplit(url)
        sock = socket.socket()
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (parts.hostname, parts.port))
        raw = cls(sock)
        lines = {
            "Host": parts.netloc,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": b64encode(secrets.token_bytes(16)).decode(),
            **headers,
        }
        request = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        await raw.send(f"GET /ws HTTP/1.1\r\n{request}\r\n".encode())
        return raw

    async def _read_answer(self) -> str:
        while b"\r\n\r\n" not in self._held:
            if not await self._receive():
                return ""
        head, _, rest = bytes(self._held).partition(b"\r\n\r\n")
        self._held[:] = rest
        status, *told = head.decode().split("\r\n")
        for line in told:
            name, _, value = line.partition(":")
            self.answer[name.lower()] = value.strip()
        return status

    async def send(self, *chunks: bytes) -> None:
        """Sends *chunks*, each in a call of its own.

        Raises:
            ConnectionError: the server is gone.
        """
        for chunk in chunks:
            await asyncio.get_running_loop().sock_sendall(self._sock, chunk)

    async def next(self) -> tuple[int, bytes] | None:
        """Answers the opcode and payload of the next frame, or None where the stream ends."""
        head = await self._take(2)
        if head is None:
            return None
        first, size = head
        assert first & ~(RSV1 | 0x0F) == FIN, "frames of a server are whole"
        assert size < 128, "and bare"
        if size > 125:
            size = int.from_bytes(await self._take(2 if size == 126 else 8) or b"")
        payload = await self._take(size)
        assert payload is not None, "the stream ended inside a frame"
        if first & RSV1:
            self.packed += 1
            payload = zlib.decompressobj(-15).decompress(payload + b"\x00\x00\xff\xff")
        return first & 0x0F, payload

    async def echo(self) -> str:
        """Answers what the next message of the lobby says."""
        told: dict[str, Any] = json.loads(await self._next_of(TEXT))
        return str(told["content"])

    async def pong(self) -> bytes:
        """Answers the payload of the next pong."""
        return await self._next_of(PONG)

    async def end(self) -> int | None:
        """Reads to the end, and answers the code of the close frame that stood there."""
        code = None
        while (got := await self.next()) is not None:
            assert code is None, "something came after the close frame"
            if got[0] == CLOSE:
                code = int.from_bytes(got[1][:2]) if got[1] else 1005
                await self._reply(code)
        return code

    async def is_here(self) -> None:
        """Returns once the server has read all that was sent before."""
        token = secrets.token_bytes(8)
        await self.send(frame(PING, token))
        while await self.pong() != token:
            pass

    def close(self) -> None:
        """Ends the stream, unasked."""
        self._sock.close()

    def cut(self) -> None:
        """Resets the stream, as a network does that forgot it."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.close()

    async def _reply(self, code: int) -> None:
        try:
            await self.send(frame(CLOSE) if code == 1005 else closing(code))
        except ConnectionError:
            self.was_cut = True

    async def _next_of(self, opcode: int) -> bytes:
        while (got := await self.next()) is not None:
            if got[0] == opcode:
                return got[1]
        raise AssertionError("the stream ended")

    async def _take(self, size: int) -> bytes | None:
        while len(self._held) < size:
            if not await self._receive():
                return None
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    async def _receive(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                got = await asyncio.get_running_loop().sock_recv(self._sock, 1 << 16)
        except ConnectionError:
            self.was_cut = True
            return False
        self._held += got
        return bool(got)
