"""RFC 6455 as a server speaks it: bytes in, messages out. No sockets, no clock."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable

from pkg.hub.errors import CloseCode, FrameRefused

try:
    from websockets.speedups import apply_mask
except ImportError:  # an interpreter without wheels: the same in Python, 8 times slower
    from websockets.utils import apply_mask

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

FIN, PACKED, RESERVED, MASKED = 0x80, 0x40, 0x30, 0x80
MAX_CONTROL = 125
MAX_CONTROLS = 128  # of one reading: a link that stood still for as many seconds of pings
MAX_FRAGMENTS = 1024  # 64 KiB in parts of 64 bytes; more is nobody's stream but a flood

Event = tuple[int, bytes]
Inflate = Callable[[bytes, int], bytes]


def framed(payload: bytes, opcode: int = TEXT) -> bytes:
    """Answers *payload* as one whole frame."""
    size = len(payload)
    if size < 126:
        return bytes((FIN | opcode, size)) + payload
    if size < 65_536:
        return struct.pack(">BBH", FIN | opcode, 126, size) + payload
    return struct.pack(">BBQ", FIN | opcode, 127, size) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """Answers the frame that closes with *code*; a *reason* of over 123 bytes loses its end."""
    told = reason.encode(errors="replace")[: MAX_CONTROL - 2].decode(errors="ignore")
    return framed(struct.pack(">H", code) + told.encode(), CLOSE)


def goodbye_to(payload: bytes) -> bytes:
    """Answers the frame that returns a close frame of *payload*: its code, if it has one."""
    return framed(payload[:2], CLOSE)


class Inbound:
    """What one client sends, put together again.

    Nothing is kept for a client in the middle of nothing. A bound is held as soon as a header
    says that it will be passed, so what a client can make us keep is *max_size* and a header.
    *inflate* is for clients with whom permessage-deflate was agreed: it unpacks a message, or
    raises `FrameRefused` when that would be longer than its second argument, or is no deflate.
    """

    __slots__ = (
        "_held",
        "_inflate",
        "_is_over",
        "_max_fragments",
        "_max_size",
        "_parts",
        "_wanted",
        "failure",
    )

    def __init__(
        self,
        *,
        max_size: int,
        max_fragments: int = MAX_FRAGMENTS,
        inflate: Inflate | None = None,
    ) -> None:
        self.failure: tuple[CloseCode, str] | None = None
        self._max_size = max_size
        self._max_fragments = max_fragments
        self._inflate = inflate
        self._is_over = False
        self._held: bytearray | None = None  # the start of a frame
        self._wanted = 0  # bytes of it before looking again: a slow frame is read three times
        self._parts: _Parts | None = None  # the start of a message in fragments

    def feed(self, data: bytes) -> list[Event]:
        """Answers what *data* completes: (opcode, payload) of messages and control frames.

        Texts are UTF-8. A close frame is the last event; `failure` says why there will be no
        more. What comes after either is ignored.
        """
        events: list[Event] = []
        if self._is_over:
            return events
        if self._held is not None:
            self._held += data
            if len(self._held) < self._wanted:
                return events
            data, self._held = bytes(self._held), None
        try:
            read = self._short_texts(data, 0, events)
            if read < len(data):
                self._read(data, read, events)
        except FrameRefused as refused:
            self.failure = refused.close_code, str(refused)
            self._end()
        return events

    def _read(self, data: bytes, at: int, events: list[Event]) -> None:
        """Reads on at *at*, where no whole short text stands."""
        controls = 0
        while at < len(data):
            after = self._frame(data, at, events)
            if after == at:
                self._held = bytearray(data[at:])
                return
            if self._is_over:
                return
            controls += data[at] & CLOSE > 0
            if controls > MAX_CONTROLS:
                raise FrameRefused(CloseCode.TOO_MANY, "too many control frames")
            at = self._short_texts(data, after, events)

    def _short_texts(self, data: bytes, at: int, events: list[Event]) -> int:
        """Reads as many whole texts under 64 KiB as stand in a row, and answers where it ended.

        It is nearly all that ever comes, so it is done in one loop without a call; whatever is
        out of the ordinary is left to `_frame`.
        """
        if self._parts is not None:
            return at
        end, max_size = len(data), self._max_size
        while at + 6 <= end and data[at] == FIN | TEXT:
            start, size = at + 6, data[at + 1] ^ MASKED
            if size >= 126:
                if size > 126:
                    break
                start, size = at + 8, data[at + 2] << 8 | data[at + 3]
                if size < 126:
                    break
            stop = start + size
            if stop > end or size > max_size:
                break
            payload = apply_mask(data[start:stop], data[start - 4 : start])
            if not payload.isascii():
                _check_text(payload)
            events.append((TEXT, payload))
            at = stop
        return at

    def _frame(self, data: bytes, at: int, events: list[Event]) -> int:
        """Reads one frame and answers where it ends; *at* when more must come first."""
        have = len(data) - at
        self._wanted = 2
        if have < 2:
            return at
        first, size = data[at], data[at + 1] & 0x7F
        self._check_opening(first, data[at + 1])
        start = 2
        if size > MAX_CONTROL:
            start = self._wanted = 4 if size == 126 else 10
            if have < start:
                return at
            size = _long_size(data[at + 2 : at + start])
        if first & 0x0F < CLOSE:
            self._check_size(size)
        start += 4
        self._wanted = start + size
        if have < self._wanted:
            return at
        start, stop = at + start, at + self._wanted
        self._take(first, apply_mask(data[start:stop], data[start - 4 : start]), events)
        return stop

    def _check_opening(self, first: int, second: int) -> None:
        opcode = first & 0x0F
        if opcode not in _OPCODES:
            raise FrameRefused(CloseCode.PROTOCOL, "unknown opcode")
        may_be_packed = self._inflate is not None and opcode in {TEXT, BINARY}
        if first & (RESERVED if may_be_packed else RESERVED | PACKED):
            raise FrameRefused(CloseCode.PROTOCOL, "reserved bits are set")
        if not second & MASKED:
            raise FrameRefused(CloseCode.PROTOCOL, "frames of a client are masked")
        if opcode >= CLOSE:
            if not first & FIN or second & 0x7F > MAX_CONTROL:
                raise FrameRefused(CloseCode.PROTOCOL, "control frames are short and whole")
        elif (opcode == CONTINUATION) != (self._parts is not None):
            raise FrameRefused(CloseCode.PROTOCOL, "fragments out of order")

    def _check_size(self, size: int) -> None:
        parts = self._parts
        if parts is not None:
            size += len(parts.data)
            if parts.count >= self._max_fragments:
                raise FrameRefused(CloseCode.TOO_BIG, "too many fragments")
        if size > self._max_size:
            raise FrameRefused(CloseCode.TOO_BIG, f"over {self._max_size} bytes")

    def _take(self, first: int, payload: bytes, events: list[Event]) -> None:
        opcode = first & 0x0F
        if opcode >= CLOSE:
            if opcode == CLOSE:
                _check_close(payload)
                self._end()
            events.append((opcode, payload))
        elif self._parts is None and first & FIN:
            events.append((opcode, self._whole(opcode, payload, is_packed=first & PACKED > 0)))
        else:
            self._take_part(first, payload, events)

    def _take_part(self, first: int, payload: bytes, events: list[Event]) -> None:
        parts = self._parts
        if parts is None:
            parts = self._parts = _Parts(first & 0x0F, is_packed=first & PACKED > 0)
        parts.add(payload, is_last=first & FIN > 0)
        if first & FIN:
            self._parts = None
            whole = bytes(parts.data)
            if parts.is_packed:
                whole = self._whole(parts.opcode, whole, is_packed=True)
            events.append((parts.opcode, whole))

    def _whole(self, opcode: int, payload: bytes, *, is_packed: bool) -> bytes:
        if is_packed and self._inflate is not None:
            payload = self._inflate(payload, self._max_size)
        if opcode == TEXT and not payload.isascii():
            _check_text(payload)
        return payload

    def _end(self) -> None:
        self._is_over = True
        self._held = self._parts = None


class _Parts:
    """A message of which not all fragments have come; as text it is checked on the way."""

    __slots__ = ("_tail", "count", "data", "is_packed", "opcode")

    def __init__(self, opcode: int, *, is_packed: bool) -> None:
        self.opcode = opcode
        self.is_packed = is_packed
        self.data = bytearray()  # not a list: the same size however small the fragments are
        self.count = 0
        self._tail = b""  # the start of a character

    def add(self, payload: bytes, *, is_last: bool) -> None:
        self.count += 1
        self.data += payload
        if self.opcode == TEXT and not self.is_packed:
            unread = self._tail + payload
            read = _check_text(unread, is_last=is_last)
            self._tail = unread[read:]


_OPCODES = frozenset({CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG})


def _long_size(field: bytes) -> int:
    size = int.from_bytes(field)
    if size < (126 if len(field) == 2 else 65_536) or size >> 63:
        raise FrameRefused(CloseCode.PROTOCOL, "a size is written in as few bytes as it takes")
    return size


def _check_text(payload: bytes, *, is_last: bool = True) -> int:
    """Answers how many bytes of *payload* are whole characters."""
    try:
        return codecs.utf_8_decode(payload, "strict", is_last)[1]
    except UnicodeDecodeError:
        raise FrameRefused(CloseCode.NOT_UTF8, "not UTF-8") from None


def _check_close(payload: bytes) -> None:
    if not payload:
        return
    code = int.from_bytes(payload[:2])
    if len(payload) == 1 or not (
        1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999
    ):
        raise FrameRefused(CloseCode.PROTOCOL, "no such close code")
    _check_text(payload[2:])
