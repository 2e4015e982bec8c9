"""Frames as a client may put them on the wire, right or wrong."""

from __future__ import annotations

import struct
from itertools import cycle

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FIN, RSV1, RSV2, RSV3, MASKED = 0x80, 0x40, 0x20, 0x10, 0x80
MASK = bytes.fromhex("37fa213d")


def frame(
    opcode: int, payload: bytes = b"", *, final: bool = True, rsv: int = 0, mask: bytes = MASK
) -> bytes:
    """Answers one masked frame of a client; *rsv* are bits of the first byte."""
    return head(opcode | rsv, len(payload), final=final) + mask + masked(payload, mask)


def head(opcode: int, size: int, *, final: bool = True) -> bytes:
    """Answers what stands before the mask of a frame of *size* bytes."""
    first = FIN * final | opcode
    if size < 126:
        return bytes((first, MASKED | size))
    if size < 1 << 16:
        return struct.pack(">BBH", first, MASKED | 126, size)
    return struct.pack(">BBQ", first, MASKED | 127, size)


def masked(payload: bytes, mask: bytes = MASK) -> bytes:
    """Answers *payload* masked by the RFC's own words, a byte at a time."""
    return bytes(byte ^ key for byte, key in zip(payload, cycle(mask), strict=False))


def closing(code: int, reason: bytes = b"") -> bytes:
    """Answers a close frame with *code*."""
    return frame(CLOSE, code.to_bytes(2) + reason)


def parts(opcode: int, *payloads: bytes) -> list[bytes]:
    """Answers the frames of one message in fragments."""
    last = len(payloads) - 1
    return [
        frame(CONTINUATION if number else opcode, payload, final=number == last)
        for number, payload in enumerate(payloads)
    ]
