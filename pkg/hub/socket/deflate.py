"""permessage-deflate, RFC 7692: what is agreed with a client, and frames packed once for all.

Neither side keeps a window between messages. So a connection costs no memory, one packed frame is
right for every client that packs, and a frame that is not packed may stand beside it.
"""

from __future__ import annotations

import re
import zlib

from pkg.hub.errors import CloseCode, FrameRefused
from pkg.hub.socket.wire import PACKED, TEXT, framed

WINDOW_BITS = 12  # 4 KiB spans a message, and is what the websockets library asks servers to keep
LEVEL, MEMORY = 1, 5  # 4 us for 224 bytes; a level of 6 gains nothing at such sizes

TAIL = b"\x00\x00\xff\xff"  # ends a flush, and is not sent
LAST_BLOCK = b"\x03\x00"  # empty; the stream ends here or it was cut short

_PARAMETER = re.compile(
    r"(server_no_context_takeover|client_no_context_takeover|client_max_window_bits)"
    r'|(client_max_window_bits|server_max_window_bits)\s*=\s*("?)(8|9|1[0-5])\3'
)


def agreed(offers: str) -> str | None:
    """Answers Sec-WebSocket-Extensions to what a client offers in it, or None: nothing is packed.

    An offer we cannot read, or whose window is too small, is declined; the next may do.
    """
    for offer in offers.split(","):
        name, *parameters = map(str.strip, offer.split(";"))
        answer = _answer(parameters) if name == "permessage-deflate" else None
        if answer is not None:
            return answer
    return None


def deflated(payload: bytes, opcode: int = TEXT) -> bytes:
    """Answers *payload* as one frame for every client that packs; plain if that is no longer."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -WINDOW_BITS, MEMORY)
    packed = (packer.compress(payload) + packer.flush(zlib.Z_SYNC_FLUSH))[: -len(TAIL)]
    return (
        framed(packed, opcode | PACKED) if len(packed) < len(payload) else framed(payload, opcode)
    )


def inflated(packed: bytes, max_size: int) -> bytes:
    """Answers what a client packed, never having made more than *max_size* bytes of it.

    Raises:
        FrameRefused: it is longer, or is not one deflate stream.
    """
    if not packed:
        return b""  # the RFC has a zero byte here; some clients have nothing
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    end = TAIL + LAST_BLOCK
    try:
        payload = unpacker.decompress(packed + end, max_size + 1)
    except zlib.error:
        raise FrameRefused(CloseCode.PROTOCOL, "not a deflate stream") from None
    if len(payload) > max_size:
        raise FrameRefused(CloseCode.TOO_BIG, f"unpacks to over {max_size} bytes")
    if not unpacker.eof or unpacker.unused_data not in {b"", end, b"\x00" + end}:
        raise FrameRefused(CloseCode.PROTOCOL, "not one deflate stream")  # a zero pads a last block
    return payload


def _answer(parameters: list[str]) -> str | None:
    answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    seen: set[str] = set()
    for parameter in parameters:
        found = _PARAMETER.fullmatch(parameter)
        if found is None:
            return None
        bare, valued, _, bits = found.groups()
        name = bare or valued
        if name in seen:
            return None
        seen.add(name)
        if name == "server_max_window_bits":
            if int(bits) < WINDOW_BITS:
                return None
            answer += f"; server_max_window_bits={WINDOW_BITS}"
    return answer
