"""However a stream is cut, spoilt or made up, it reads as the same messages and the same end."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side

from pkg.hub.socket.deflate import deflated, inflated
from pkg.hub.socket.wire import Event, Inbound, framed
from tests.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    RSV1,
    RSV2,
    TEXT,
    closing,
    frame,
    head,
    parts,
)

LIMIT = 4096

pytestmark = pytest.mark.rule(65)

payloads = st.one_of(
    st.text(max_size=90).map(str.encode),
    st.binary(max_size=200),
    st.sampled_from([0, 125, 126, 127, LIMIT - 1, LIMIT]).map(lambda size: b"x" * size),
)
data_frames = st.builds(frame, st.sampled_from([TEXT, BINARY]), payloads)
fragmented = st.builds(
    lambda opcode, whole, cuts: b"".join(parts(opcode, *_cut(whole, cuts))),
    st.sampled_from([TEXT, BINARY]),
    payloads,
    st.lists(st.integers(0, 90), max_size=4),
)
interrupted = st.builds(
    lambda whole, cuts, ping: frame(PING, ping).join(parts(BINARY, *_cut(whole, cuts))),
    payloads,
    st.lists(st.integers(0, 90), max_size=4),
    st.binary(max_size=9),
)
controls = st.builds(frame, st.sampled_from([PING, PONG]), st.binary(max_size=125))
# one fault each: which of two is told is nobody's law
closes = st.builds(
    closing,
    st.sampled_from([999, 1000, 1001, 1004, 1005, 1011, 1014, 1015, 3000, 4999, 5000]),
    st.text(max_size=30).map(str.encode),
) | st.builds(closing, st.just(1000), st.binary(max_size=3))
opcodes = st.integers(0, 15).filter(lambda opcode: opcode != CLOSE)
broken = st.one_of(
    st.builds(frame, opcodes, st.sampled_from([b"", b"broken"]), final=st.booleans()),
    st.builds(frame, st.just(TEXT), rsv=st.sampled_from([RSV1, RSV2])),
    st.builds(head, st.sampled_from([TEXT, BINARY]), st.integers(LIMIT + 1, 1 << 40)),
    st.sampled_from([b"\x81\x02hi", frame(CLOSE), frame(CLOSE, b"\x03"), frame(PING, b"x" * 126)]),
)
cut_short = st.builds(head, st.sampled_from([TEXT, CONTINUATION]), st.integers(0, LIMIT))
whole_frames = st.one_of(data_frames, fragmented, interrupted, controls)
streams = st.lists(st.one_of(whole_frames, whole_frames, closes, broken, cut_short), max_size=12)


def _cut(whole: bytes, at: list[int]) -> list[bytes]:
    places = [0, *sorted(at), len(whole)]
    return [whole[one:two] for one, two in pairwise(places)]


def ours(inbound: Inbound, *chunks: bytes) -> tuple[list[Event], int | None]:
    events = [event for chunk in chunks for event in inbound.feed(chunk)]
    return events, inbound.failure[0] if inbound.failure else None


def theirs(stream: bytes) -> tuple[list[Event], int | None]:
    """Answers what the websockets library makes of *stream*: its messages and close code."""
    peer = Protocol(Side.SERVER, max_size=LIMIT)
    peer.receive_data(stream)
    events: list[Event] = []
    opcode, whole = Opcode.CONT, b""
    for got in peer.events_received():
        assert isinstance(got, Frame)
        if got.opcode >= Opcode.CLOSE:
            events.append((got.opcode, bytes(got.data)))
            continue
        opcode = opcode if got.opcode is Opcode.CONT else got.opcode
        whole = whole + got.data if got.opcode is Opcode.CONT else bytes(got.data)
        if got.fin and (opcode is not Opcode.TEXT or _is_text(whole)):
            events.append((opcode, whole))
        elif got.fin:
            return events, 1007  # that library leaves UTF-8 to the layer above
    if peer.parser_exc is None:
        return events, None
    sent = peer.close_sent
    assert sent is not None
    return events, sent.code


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


@settings(max_examples=300, deadline=None)
@given(streams, st.integers(0, 2**32 - 1))
def test_a_stream_reads_the_same_however_it_is_cut(sent: list[bytes], seed: int) -> None:
    stream, random = b"".join(sent), Random(seed)
    at_once = ours(Inbound(max_size=LIMIT), stream)
    places = sorted(random.randrange(len(stream) + 1) for _ in range(random.randrange(9)))

    assert ours(Inbound(max_size=LIMIT), *_cut(stream, places)) == at_once
    assert ours(Inbound(max_size=LIMIT), *(bytes((byte,)) for byte in stream)) == at_once


@settings(max_examples=300, deadline=None)
@given(st.lists(whole_frames, max_size=12), st.just(b"") | closes | broken)
def test_another_implementation_reads_the_same(sent: list[bytes], last: bytes) -> None:
    stream = b"".join(sent) + last

    assert ours(Inbound(max_size=LIMIT), stream) == theirs(stream)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.binary(max_size=60), st.booleans())
def test_bytes_at_random_end_in_a_code_and_never_in_an_error(
    noise: bytes, start: bytes, masked: bool
) -> None:
    stream = frame(TEXT, start)[:-1] + noise if masked else noise
    inbound = Inbound(max_size=LIMIT, inflate=inflated)

    _, code = ours(inbound, *(bytes((byte,)) for byte in stream))

    assert code in {None, 1002, 1007, 1009}
    assert (code is None) or inbound.feed(frame(TEXT, b"more")) == []


@pytest.mark.rule(71)
@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_noise_that_claims_to_be_packed_is_refused_or_small(noise: bytes) -> None:
    events, code = ours(Inbound(max_size=LIMIT, inflate=inflated), frame(BINARY, noise, rsv=RSV1))

    assert code in {None, 1002, 1009}
    assert all(len(payload) <= LIMIT for _, payload in events)


@settings(max_examples=200, deadline=None)
@given(payloads, st.sampled_from([TEXT, BINARY]), st.booleans())
def test_what_we_frame_another_implementation_reads(
    payload: bytes, opcode: int, packs: bool
) -> None:
    from websockets.extensions.permessage_deflate import PerMessageDeflate

    peer = Protocol(Side.CLIENT)
    peer.extensions = [PerMessageDeflate(True, True, 12, 15)]
    peer.receive_data(deflated(payload, opcode) if packs else framed(payload, opcode))

    [got] = peer.events_received()
    assert isinstance(got, Frame)
    assert (got.opcode, got.data) == (opcode, payload)


@settings(max_examples=200, deadline=None)
@given(payloads, st.lists(st.integers(0, 200), max_size=3))
def test_what_another_implementation_packs_is_read(payload: bytes, cuts: list[int]) -> None:
    from websockets.extensions.permessage_deflate import PerMessageDeflate

    peer = Protocol(Side.CLIENT)
    peer.extensions = [PerMessageDeflate(True, True, 15, 15)]
    pieces = _cut(payload, cuts)
    peer.send_binary(pieces[0], fin=len(pieces) == 1)
    for number, piece in enumerate(pieces[1:], 2):
        peer.send_continuation(piece, fin=number == len(pieces))

    inbound = Inbound(max_size=LIMIT, inflate=inflated)
    assert ours(inbound, *peer.data_to_send()) == ([(BINARY, payload)], None)


@pytest.mark.night
@pytest.mark.rule(71)
def test_a_million_hostile_streams_keep_no_memory() -> None:
    random = Random(20261124)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(1_000_000):
        first = random.choice((0x81, 0x82, 0x01, 0x00, 0x80, 0x89, 0xC1, random.randrange(256)))
        inbound = Inbound(max_size=LIMIT, inflate=inflated)
        for _ in range(3):
            inbound.feed(bytes((first, 0x80 | random.randrange(128))) + random.randbytes(40))
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert after - before < 64 * 1024
    assert peak - before < 1 << 20
