"""RFC 6455 case by case, as the Autobahn suite groups it: 1-7, 9 and 10."""

from __future__ import annotations

import struct
import sys
import tracemalloc
from collections.abc import Iterable
from importlib.util import find_spec, module_from_spec

import pytest
from websockets.speedups import apply_mask

from pkg.hub.errors import CloseCode
from pkg.hub.socket.wire import Event, Inbound, close_frame, framed, goodbye_to
from tests.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    RSV1,
    RSV2,
    RSV3,
    TEXT,
    closing,
    frame,
    head,
    parts,
)

LIMIT = 65_536

pytestmark = pytest.mark.rule(65)


def read(*chunks: bytes, max_size: int = LIMIT) -> tuple[list[Event], int | None]:
    """Answers what a fresh reader makes of *chunks*, and the code of its failure."""
    inbound = Inbound(max_size=max_size)
    events = [event for chunk in chunks for event in inbound.feed(chunk)]
    return events, inbound.failure and inbound.failure[0]


def bytewise(stream: bytes) -> Iterable[bytes]:
    return (stream[at : at + 1] for at in range(len(stream)))


# 1: sizes of texts and binaries


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 128, 65_535, 65_536])
def test_a_message_of_any_size_arrives_whole_however_it_is_cut(opcode: int, size: int) -> None:
    stream = frame(opcode, b"*" * size)

    assert read(stream) == ([(opcode, b"*" * size)], None)
    assert read(*bytewise(stream)) == ([(opcode, b"*" * size)], None)
    assert read(*(stream[at : at + 997] for at in range(0, len(stream), 997))) == (
        [(opcode, b"*" * size)],
        None,
    )


def test_whole_texts_take_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is three times as short, and nothing else would show that it was missed."""
    monkeypatch.delattr(Inbound, "_frame")
    sizes = 0, 1, 125, 126, 127, 65_534, 65_535

    stream = b"".join(frame(TEXT, b"*" * size) for size in sizes)

    assert [len(payload) for _, payload in read(stream, max_size=65_535)[0]] == [*sizes]


def test_messages_in_one_chunk_arrive_in_their_order() -> None:
    sent = [(TEXT, b"a"), (PING, b"p"), (BINARY, b"\xff"), (TEXT, b"b" * 300), (TEXT, b"")]

    assert read(b"".join(frame(*one) for one in sent)) == (sent, None)


def test_a_stream_may_be_cut_at_any_two_places() -> None:
    sent = [(BINARY, b"a" * 9), (TEXT, b"b" * 130), (PING, b"p"), (BINARY, b"c" * 130)]
    stream = b"".join(frame(*one) for one in sent)

    for first in range(len(stream)):
        for second in range(first, len(stream), 13):
            chunks = stream[:first], stream[first:second], stream[second:]
            assert read(*chunks) == (sent, None)


def test_a_mask_is_taken_off_by_its_own_key() -> None:
    keys = bytes(4), b"\xff" * 4, b"\x00\x01\x02\x03"

    assert [read(frame(TEXT, b"hello", mask=key))[0] for key in keys] == [[(TEXT, b"hello")]] * 3


def test_frames_are_read_where_the_fast_mask_was_not_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "websockets.speedups", None)
    spec = find_spec("pkg.hub.socket.wire")
    assert spec is not None
    assert spec.loader is not None
    slow = module_from_spec(spec)
    spec.loader.exec_module(slow)

    assert slow.apply_mask is not apply_mask
    assert slow.Inbound(max_size=9).feed(frame(TEXT, b"hello")) == [(TEXT, b"hello")]


# 2: pings and pongs


@pytest.mark.parametrize("payload", [b"", b"hello", bytes(range(0xF0, 0x100)), b"\xfe" * 125])
def test_a_ping_is_told_with_its_payload_whatever_bytes_it_has(payload: bytes) -> None:
    assert read(frame(PING, payload)) == ([(PING, payload)], None)
    assert read(*bytewise(frame(PING, payload))) == ([(PING, payload)], None)


def test_a_pong_nobody_asked_for_is_no_fault() -> None:
    assert read(frame(PONG, b"?"), frame(PING)) == ([(PONG, b"?"), (PING, b"")], None)


def test_ten_pings_at_once_are_ten_pings() -> None:
    pings = [(PING, b"%d" % number) for number in range(10)]

    assert read(b"".join(frame(*ping) for ping in pings)) == (pings, None)


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_a_control_frame_has_125_bytes_at_most_and_is_whole(opcode: int) -> None:
    assert read(frame(opcode, b"x" * 126)) == ([], CloseCode.PROTOCOL)
    assert read(head(opcode, 126)[:2]) == ([], CloseCode.PROTOCOL)  # its first bytes tell
    assert read(frame(opcode, final=False)) == ([], CloseCode.PROTOCOL)


@pytest.mark.rule(73)
@pytest.mark.parametrize("opcode", [PING, PONG])
def test_a_flood_of_control_frames_is_read_no_further(opcode: int) -> None:
    flood = frame(opcode) * 10_000
    inbound = Inbound(max_size=LIMIT)

    assert len(inbound.feed(flood)) == 129
    assert inbound.failure == (CloseCode.TOO_MANY, "too many control frames")


def test_control_frames_that_come_one_by_one_are_counted_by_nobody() -> None:
    inbound = Inbound(max_size=LIMIT)

    assert [len(inbound.feed(frame(PING) * 128)) for _ in range(20)] == [128] * 20
    assert inbound.failure is None


# 3, 4: reserved bits and opcodes


@pytest.mark.parametrize("rsv", [RSV1, RSV2, RSV3, RSV1 | RSV2, RSV1 | RSV2 | RSV3])
@pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, PONG, CLOSE])
def test_no_reserved_bit_means_anything_here(opcode: int, rsv: int) -> None:
    good = frame(TEXT, b"before")

    assert read(good + frame(opcode, b"", rsv=rsv)) == ([(TEXT, b"before")], CloseCode.PROTOCOL)


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
@pytest.mark.parametrize("payload", [b"", b"unknown"])
def test_reserved_opcodes_are_refused(opcode: int, payload: bytes) -> None:
    good = frame(TEXT, b"before")

    assert read(good + frame(opcode, payload) + good) == ([(TEXT, b"before")], CloseCode.PROTOCOL)


@pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, CLOSE])
def test_a_client_masks_its_frames(opcode: int) -> None:
    assert read(bytes((0x80 | opcode, 2)) + b"hi") == ([], CloseCode.PROTOCOL)
    assert read(bytes((0x80 | opcode, 126))) == ([], CloseCode.PROTOCOL)


@pytest.mark.parametrize(
    "field",
    [
        struct.pack(">BH", 0xFE, 125),
        struct.pack(">BQ", 0xFF, 65_535),
        struct.pack(">BQ", 0xFF, 5),
        struct.pack(">BQ", 0xFF, 1 << 63),
        struct.pack(">BQ", 0xFF, 1 << 63 | 5),
    ],
)
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_size_is_written_in_as_few_bytes_as_it_takes(opcode: int, field: bytes) -> None:
    stream = bytes((0x80 | opcode,)) + field + bytes(4 + 125)

    assert read(stream) == ([], CloseCode.PROTOCOL)


# 5: fragments


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_fragments_are_one_message(opcode: int) -> None:
    stream = b"".join(parts(opcode, b"", b"frag", b"", b"ment", b""))

    assert read(stream) == ([(opcode, b"fragment")], None)
    assert read(*bytewise(stream)) == ([(opcode, b"fragment")], None)
    assert read(b"".join(parts(opcode, b"", b"", b""))) == ([(opcode, b"")], None)


def test_control_frames_between_fragments_come_first() -> None:
    first, second = parts(TEXT, b"frag", b"ment")
    events = [(PING, b"1"), (PONG, b"2"), (TEXT, b"fragment")]

    assert read(first + frame(PING, b"1") + frame(PONG, b"2") + second) == (events, None)
    assert read(first, frame(PING, b"1"), frame(PONG, b"2"), second) == (events, None)


@pytest.mark.parametrize("final", [True, False])
def test_there_must_be_something_to_continue(final: bool) -> None:
    lost = frame(CONTINUATION, b"x", final=final)
    after_one = b"".join(parts(TEXT, b"a", b"b")) + lost

    assert read(lost) == ([], CloseCode.PROTOCOL)
    assert read(after_one) == ([(TEXT, b"ab")], CloseCode.PROTOCOL)


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("final", [True, False])
def test_a_message_ends_before_the_next_begins(opcode: int, final: bool) -> None:
    first, _ = parts(TEXT, b"a", b"b")

    assert read(first + frame(opcode, b"c", final=final)) == ([], CloseCode.PROTOCOL)


# 6: UTF-8

GOOD = [
    "", "κόσμε", "Hello-µ@ßöäüàá-UTF-8!!", "\x00", "\x7f", "\x80", "\u07ff", "\u0800", "\uffff",
    "\U00010000", "\U0010ffff", "\ud7ff", "\ue000", "\ufffd", "\ufffe", "\U0001fffe", "a\u0300",
]  # fmt: skip
BAD = [
    b"\x80", b"\xbf", b"\x80\xbf\x80", b"\xc0 ", b"\xe0 ", b"\xf0 ", b"\xf8 ", b"\xfc ", b"\xfe",
    b"\xff", b"\xc2", b"\xe0\xa0", b"\xf0\x90\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\xaf",
    b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf",
    b"\xc0\x80", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\x80\xed\xb0\x80",
    b"\xf4\x90\x80\x80", b"\xf7\xbf\xbf\xbf", b"\xfb\xbf\xbf\xbf\xbf", b"ok \xce\xba\xe1\xbd",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_text_may_be_cut_anywhere_between_its_bytes(text: str) -> None:
    payload = text.encode()
    pieces = parts(TEXT, *(payload[at : at + 1] for at in range(len(payload))), b"")

    assert read(frame(TEXT, payload)) == ([(TEXT, payload)], None)
    assert read(*pieces) == ([(TEXT, payload)], None)


@pytest.mark.parametrize("payload", BAD)
def test_what_is_not_utf8_is_no_text(payload: bytes) -> None:
    pieces = parts(TEXT, *(payload[at : at + 1] for at in range(len(payload))), b"")

    assert read(frame(TEXT, payload)) == ([], CloseCode.NOT_UTF8)
    assert read(frame(TEXT, payload + b"x" * 300)) == ([], CloseCode.NOT_UTF8)
    assert read(*pieces) == ([], CloseCode.NOT_UTF8)
    assert read(frame(BINARY, payload)) == ([(BINARY, payload)], None)


def test_fragments_are_refused_at_the_first_byte_that_cannot_be_text() -> None:
    first, second, _ = parts(TEXT, "κόσμε".encode() + b"\xf4", b"\x90", b"\x80\x80edited")

    assert read(first) == ([], None)
    assert read(first, second) == ([], CloseCode.NOT_UTF8)


# 7: closing


def test_a_close_frame_is_the_last_event() -> None:
    first, second = parts(TEXT, b"a", b"b")
    inbound = Inbound(max_size=LIMIT)

    assert inbound.feed(first + closing(1000) + second) == [(CLOSE, b"\x03\xe8")]
    assert inbound.feed(frame(PING)) == []
    assert inbound.failure is None


def test_after_a_failure_nothing_is_read() -> None:
    inbound = Inbound(max_size=LIMIT)

    assert inbound.feed(frame(TEXT, b"a") + frame(3) + frame(TEXT, b"b")) == [(TEXT, b"a")]
    assert inbound.feed(frame(TEXT, b"c") + frame(TEXT, b"\xff")) == []
    assert inbound.failure == (CloseCode.PROTOCOL, "unknown opcode")


@pytest.mark.parametrize("code", [*range(1000, 1004), *range(1007, 1015), 3000, 3999, 4000, 4999])
def test_a_code_that_may_be_sent_is_returned_without_its_reason(code: int) -> None:
    [(_, payload)], failure = read(closing(code, "fin – ende".encode()))

    assert failure is None
    assert goodbye_to(payload) == close_frame(code)


@pytest.mark.parametrize(
    "code", [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]
)
def test_a_code_that_is_never_sent_breaks_the_protocol(code: int) -> None:
    assert read(closing(code)) == ([], CloseCode.PROTOCOL)


def test_a_close_frame_may_be_empty_but_not_half_a_code() -> None:
    assert read(frame(CLOSE)) == ([(CLOSE, b"")], None)
    assert goodbye_to(b"") == framed(b"", CLOSE)
    assert read(frame(CLOSE, b"\x03")) == ([], CloseCode.PROTOCOL)


def test_a_reason_is_text_of_up_to_123_bytes() -> None:
    assert read(closing(1000, b"*" * 123)) == ([(CLOSE, b"\x03\xe8" + b"*" * 123)], None)
    assert read(closing(1000, b"*" * 124)) == ([], CloseCode.PROTOCOL)
    assert read(closing(1000, b"\xff")) == ([], CloseCode.NOT_UTF8)
    assert read(closing(1000, "κόσμε".encode() + b"\xed\xa0\x80")) == ([], CloseCode.NOT_UTF8)


# 9, 10: bounds


@pytest.mark.rule(71)
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("over", [LIMIT + 1, 1 << 24, (1 << 63) - 1])
def test_a_size_is_refused_before_what_it_announces_has_come(opcode: int, over: int) -> None:
    assert read(head(opcode, over)[:-1]) == ([], None)
    assert read(head(opcode, over)) == ([], CloseCode.TOO_BIG)
    assert read(*bytewise(head(opcode, over))) == ([], CloseCode.TOO_BIG)


@pytest.mark.rule(71)
def test_a_small_bound_holds_for_small_frames() -> None:
    for size in (10, 200):
        assert read(frame(TEXT, b"x" * size), max_size=size) == ([(TEXT, b"x" * size)], None)
        assert read(head(TEXT, size + 1), max_size=size) == ([], CloseCode.TOO_BIG)


@pytest.mark.rule(71)
def test_fragments_are_bounded_together() -> None:
    half = b"x" * (LIMIT // 2)

    assert read(*parts(TEXT, half, half)) == ([(TEXT, half * 2)], None)
    assert read(parts(TEXT, half, half, b"")[0] + head(CONTINUATION, LIMIT // 2 + 1)) == (
        [],
        CloseCode.TOO_BIG,
    )
    assert read(*parts(TEXT, half, half, b"x")) == ([], CloseCode.TOO_BIG)


@pytest.mark.rule(71)
def test_the_largest_message_may_come_in_parts_of_64_bytes_and_no_smaller_ones() -> None:
    small = [b"x" * 64] * 1024

    assert read(*parts(TEXT, *small)) == ([(TEXT, b"x" * LIMIT)], None)
    assert read(*parts(TEXT, *small[1:], b"x", b"x")) == ([], CloseCode.TOO_BIG)


def test_control_frames_count_for_no_bound_of_messages() -> None:
    first, second = parts(BINARY, b"x" * 9, b"x")
    ping = frame(PING, b"p" * 125)

    assert read(first, ping, second, max_size=10) == (
        [(PING, b"p" * 125), (BINARY, b"x" * 10)],
        None,
    )


@pytest.mark.rule(71)
@pytest.mark.parametrize("payload", [b"", b"x"])
def test_fragments_are_counted_empty_ones_too(payload: bytes) -> None:
    inbound = Inbound(max_size=LIMIT, max_fragments=4)

    assert inbound.feed(b"".join(parts(TEXT, *[payload] * 4))) == [(TEXT, payload * 4)]
    assert inbound.feed(b"".join(parts(TEXT, *[payload] * 5))) == []
    assert inbound.failure == (CloseCode.TOO_BIG, "too many fragments")


@pytest.mark.rule(71)
def test_a_flood_of_empty_fragments_keeps_no_memory() -> None:
    flood = frame(CONTINUATION, final=False) * 1000
    inbound = Inbound(max_size=LIMIT, max_fragments=20_002)
    inbound.feed(parts(BINARY, b"start", b"")[0])

    tracemalloc.start()
    for _ in range(20):
        inbound.feed(flood)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert inbound.feed(frame(CONTINUATION, b"end")) == [(BINARY, b"startend")]
    assert grown < 4096


@pytest.mark.rule(71)
def test_what_is_announced_is_not_set_aside_before_it_comes() -> None:
    announced = [Inbound(max_size=LIMIT) for _ in range(100)]

    tracemalloc.start()
    for inbound in announced:
        inbound.feed(frame(TEXT, b"x" * LIMIT)[:100])
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert grown < 100 * 400


def test_a_client_in_the_middle_of_nothing_costs_one_small_object() -> None:
    used, fresh = Inbound(max_size=LIMIT), Inbound(max_size=LIMIT)
    for chunk in bytewise(frame(TEXT, b"x" * 300) + b"".join(parts(TEXT, b"a", b"b"))):
        used.feed(chunk)

    assert state(used) == state(fresh)
    assert sys.getsizeof(used) <= 128


def test_a_client_that_failed_keeps_nothing() -> None:
    inbound = Inbound(max_size=LIMIT)
    inbound.feed(parts(TEXT, b"x" * 60_000, b"")[0] + frame(3) + b"x" * 1000)

    assert state(inbound)["_held"] is None
    assert state(inbound)["_parts"] is None


def state(inbound: Inbound) -> dict[str, object]:
    kept = {name: getattr(inbound, name) for name in Inbound.__slots__}
    del kept["_wanted"]  # a number that means nothing while nothing is held
    return kept


# the way out


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 70_000])
@pytest.mark.parametrize("opcode", [TEXT, BINARY, PING])
def test_a_frame_of_ours_is_whole_and_bare(opcode: int, size: int) -> None:
    payload = b"x" * size
    plain = bytearray(head(opcode, size))
    plain[1] &= 0x7F

    assert framed(payload, opcode) == bytes(plain) + payload


def test_a_text_is_what_is_framed_unless_another_opcode_is_said() -> None:
    assert framed(b"hi") == b"\x81\x02hi"


def test_a_close_frame_says_code_and_reason() -> None:
    assert close_frame(4408, "too slow") == b"\x88\x0a\x11\x38too slow"
    assert close_frame(1000) == b"\x88\x02\x03\xe8"


@pytest.mark.parametrize("letter", ["x", "é", "€", "😀"])
@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_long_reason_loses_its_end_but_no_half_letter(letter: str, before: str) -> None:
    sent = close_frame(1011, before + letter * 200)
    reason = sent[4:].decode()

    assert sent[1] == len(sent) - 2 <= 125
    assert (before + letter * 200).startswith(reason)
    assert len(sent) - 4 > 123 - len(letter.encode())


def test_a_reason_that_no_encoding_takes_is_sent_all_the_same() -> None:
    assert close_frame(1011, "a\ud800b")[4:] == b"a?b"
