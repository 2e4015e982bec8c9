"""RFC 7692: what is agreed to, what is packed once for all, and what a bomb costs."""

from __future__ import annotations

import random
import tracemalloc
import zlib

import pytest

from pkg.hub.errors import CloseCode, FrameRefused
from pkg.hub.socket.deflate import agreed, deflated, inflated
from pkg.hub.socket.wire import Event, Inbound
from tests.frames import BINARY, CLOSE, CONTINUATION, PING, RSV1, RSV2, TEXT, frame, parts

LIMIT = 65_536
TAIL = b"\x00\x00\xff\xff"
PLAIN = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
TWELVE = f"{PLAIN}; server_max_window_bits=12"
SAID = b'{"type":"message","sender":"u:1","content":"hello, hello, hello"}'


def packed(payload: bytes, *, level: int = 6) -> bytes:
    """Answers *payload* as a browser packs it."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return (packer.compress(payload) + packer.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


def read(*chunks: bytes, max_size: int = LIMIT) -> tuple[list[Event], CloseCode | None]:
    inbound = Inbound(max_size=max_size, inflate=inflated)
    events = [event for chunk in chunks for event in inbound.feed(chunk)]
    return events, inbound.failure[0] if inbound.failure else None


# what is agreed


@pytest.mark.parametrize(
    ("offers", "answer"),
    [
        ("permessage-deflate", PLAIN),
        ("permessage-deflate; client_max_window_bits", PLAIN),  # Chrome, Firefox
        ("permessage-deflate; client_max_window_bits=8", PLAIN),
        ("permessage-deflate ;client_no_context_takeover;server_no_context_takeover", PLAIN),
        ("permessage-deflate; server_max_window_bits=12; client_max_window_bits=12", TWELVE),
        ('permessage-deflate; server_max_window_bits = "15"', TWELVE),
        ("x-webkit-deflate-frame, permessage-deflate", PLAIN),
    ],
)
def test_an_offer_is_answered_with_no_window_kept_on_either_side(offers: str, answer: str) -> None:
    assert agreed(offers) == answer


@pytest.mark.parametrize(
    "offer",
    [
        "", ",", ";", "=", "x-webkit-deflate-frame", "permessage-deflate2", "Xpermessage-deflate",
        "permessage-deflate;", "permessage-deflate; unknown", "permessage-deflate; =",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=9",
        "permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=",
        "permessage-deflate; server_max_window_bits=11",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=012",
        "permessage-deflate; server_max_window_bits=１２",
        "permessage-deflate; client_max_window_bits=7",
        'permessage-deflate; client_max_window_bits="9',
    ],
)  # fmt: skip
def test_a_bad_offer_is_declined_and_the_next_one_read(offer: str) -> None:
    assert agreed(offer) is None
    assert agreed(f"{offer}, permessage-deflate") == PLAIN


def test_of_two_offers_the_first_that_can_be_met_is() -> None:
    assert agreed("permessage-deflate; server_max_window_bits=12, permessage-deflate") == TWELVE


# the way out


def unpack(sent: bytes, unpacker: zlib._Decompress) -> bytes:  # one client's
    assert sent[0] == 0x80 | RSV1 | TEXT
    start = 2 if sent[1] < 126 else 4
    return unpacker.decompress(sent[start:] + TAIL)


@pytest.mark.parametrize("size", [1, 3, 100, 1000])
def test_a_packed_frame_is_right_for_every_client(size: int) -> None:
    """Whoever keeps a window, whoever does not, and whoever keeps the least that was agreed."""
    texts = [SAID * size, SAID.upper() * size, SAID * size]
    keeps, keeps_least = zlib.decompressobj(-15), zlib.decompressobj(-12)

    for text in texts:
        sent = deflated(text)
        assert unpack(sent, zlib.decompressobj(-15)) == text
        assert unpack(sent, keeps) == text
        assert unpack(sent, keeps_least) == text
        assert len(sent) < len(text)


def test_the_same_text_is_the_same_frame_whatever_went_before() -> None:
    first = deflated(SAID)
    deflated(SAID * 7)

    assert deflated(SAID) == first


@pytest.mark.parametrize("payload", [b"", b"a", b"abc", random.Random(1).randbytes(1000)])
def test_what_packing_makes_no_shorter_goes_out_as_it_is(payload: bytes) -> None:
    sent = deflated(payload, BINARY)

    assert sent[0] == 0x80 | BINARY
    assert sent.endswith(payload)
    assert len(sent) <= len(payload) + 4


# the way in


@pytest.mark.parametrize("level", [0, 1, 6, 9])
@pytest.mark.parametrize("size", [0, 1, 16, 200, 4096, 60_000])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_packed_message_arrives_as_it_was(opcode: int, size: int, level: int) -> None:
    payload = (SAID * (size // len(SAID) + 1))[:size]
    sent = frame(opcode, packed(payload, level=level), rsv=RSV1)

    assert read(sent, sent) == ([(opcode, payload)] * 2, None)
    assert read(*(sent[at : at + 1] for at in range(len(sent)))) == ([(opcode, payload)], None)


def test_only_the_first_fragment_says_that_a_message_is_packed() -> None:
    whole = packed(SAID)
    first, second, third = parts(TEXT, whole[:9], whole[9:20], whole[20:])
    first = bytes((first[0] | RSV1,)) + first[1:]

    assert read(first, frame(PING), second, third) == ([(PING, b""), (TEXT, SAID)], None)
    assert read(first, bytes((second[0] | RSV1,)) + second[1:]) == ([], CloseCode.PROTOCOL)


def test_packed_and_plain_messages_may_take_turns() -> None:
    plain, in_parts = frame(BINARY, SAID), b"".join(parts(BINARY, SAID[:9], SAID[9:]))
    stream = plain + frame(BINARY, packed(SAID), rsv=RSV1) + in_parts + plain

    assert read(stream) == ([(BINARY, SAID)] * 4, None)


@pytest.mark.parametrize(
    "stream",
    [
        "f248cdc9c90700",  # one block
        "f2480500 0000ffff cac9c90700",  # two
        "000500faff48656c6c6f00",  # one that is stored
        "f348cdc9c9070000",  # one that says it is the last
        "f348cdc9c90700",  # the same from who forgets the padding
    ],
)
def test_the_blocks_of_the_rfc_are_all_hello(stream: str) -> None:
    assert inflated(bytes.fromhex(stream), 5) == b"Hello"


def test_nothing_at_all_is_an_empty_message_to_clients_that_forget_its_byte() -> None:
    assert read(frame(TEXT, b"", rsv=RSV1)) == ([(TEXT, b"")], None)
    assert read(frame(TEXT, b"\x00", rsv=RSV1)) == ([(TEXT, b"")], None)


@pytest.mark.parametrize("opcode", [PING, CLOSE, CONTINUATION])
def test_nothing_but_a_message_is_packed(opcode: int) -> None:
    assert read(frame(opcode, rsv=RSV1)) == ([], CloseCode.PROTOCOL)


def test_the_other_reserved_bits_stay_reserved() -> None:
    assert read(frame(TEXT, packed(SAID), rsv=RSV1 | RSV2)) == ([], CloseCode.PROTOCOL)


@pytest.mark.parametrize(
    "stream",
    [
        b"\xff\xff\xff",
        b"hello",
        packed(SAID)[:-3],
        packed(SAID)[:5],
        packed(SAID) + b"\xff",
        bytes.fromhex("f348cdc9c90700") + b"and more",
        bytes.fromhex("f348cdc9c90700") * 2,
    ],
    ids=["no block", "text", "cut", "cut early", "more", "more at the end", "a second stream"],
)
def test_what_is_not_one_deflate_stream_breaks_the_protocol(stream: bytes) -> None:
    assert read(frame(TEXT, stream, rsv=RSV1)) == ([], CloseCode.PROTOCOL)


def test_a_text_is_utf8_once_it_is_unpacked() -> None:
    assert read(frame(TEXT, packed("κόσμε".encode()), rsv=RSV1))[1] is None
    assert read(frame(TEXT, packed(b"\xff" * 100), rsv=RSV1)) == ([], CloseCode.NOT_UTF8)
    assert read(frame(BINARY, packed(b"\xff"), rsv=RSV1)) == ([(BINARY, b"\xff")], None)


@pytest.mark.rule(71)
def test_what_unpacks_to_more_than_the_bound_is_too_big() -> None:
    at_most, over = packed(b"x" * LIMIT), packed(b"x" * (LIMIT + 1))

    assert read(frame(TEXT, at_most, rsv=RSV1)) == ([(TEXT, b"x" * LIMIT)], None)
    assert read(frame(TEXT, over, rsv=RSV1)) == ([], CloseCode.TOO_BIG)


@pytest.mark.rule(71)
def test_a_bomb_is_refused_at_the_memory_of_one_message() -> None:
    bomb = packed(bytes(50 << 20))
    assert len(bomb) < LIMIT

    tracemalloc.start()
    with pytest.raises(FrameRefused, match="unpacks to over"):
        inflated(bomb, LIMIT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 6 * LIMIT


@pytest.mark.rule(71)
def test_a_bomb_in_fragments_is_refused_too() -> None:
    bomb = packed(bytes(50 << 20))
    pieces = parts(TEXT, *(bomb[at : at + 1000] for at in range(0, len(bomb), 1000)))
    pieces[0] = bytes((pieces[0][0] | RSV1,)) + pieces[0][1:]

    assert read(*pieces) == ([], CloseCode.TOO_BIG)
