"""Sockets on the hub's own protocol, from the handshake's end to theirs."""

from __future__ import annotations

import asyncio

import pytest

from pkg.hub import Bundle, CloseCode
from pkg.hub.errors import GONE, LEFT
from pkg.hub.socket import ending
from pkg.hub.socket.deflate import inflated
from pkg.hub.socket.ending import LAST_BYTES
from pkg.hub.socket.wire import BINARY, CLOSE, PACKED, PING, PONG, TEXT, close_frame
from tests.frames import frame
from tests.unit.pkg.hub.conftest import turns
from tests.unit.pkg.hub.socket.sockets import Connection, Endpoint, opened, read

GOODBYE = close_frame(1000)[2:]


def bundle(*texts: str) -> Bundle:
    return Bundle(tuple(text.encode() for text in texts))


async def test_the_task_that_shook_hands_is_gone_and_the_socket_lives() -> None:
    connection, endpoint = await opened()

    assert not connection.state.tasks
    assert connection.state.connections == {connection.protocol}
    connection.protocol.data_received(frame(TEXT, b"words") + frame(BINARY, b"\x00\xff"))
    assert endpoint.sink.got == [(TEXT, b"words"), (BINARY, b"\x00\xff")]
    assert connection.network.limits == (400, 100)


async def test_a_bundle_is_one_write() -> None:
    connection, endpoint = await opened()

    endpoint.transport.write(bundle("one", "drei €"))

    assert len(connection.network.writes) == 1
    assert read(connection.said()) == [(TEXT, b"one"), (TEXT, "drei €".encode())]


async def test_what_is_queued_in_a_turn_is_one_write_and_keeps_its_order() -> None:
    connection, endpoint = await opened()

    endpoint.transport.queue(bundle("ack"))
    endpoint.transport.write(bundle("news"))
    endpoint.transport.queue(bundle("more"))
    assert not connection.network.writes
    endpoint.turn()

    assert len(connection.network.writes) == 1
    assert [payload for _, payload in read(connection.said())] == [b"ack", b"news", b"more"]
    endpoint.turn()
    assert not connection.network.writes


@pytest.mark.rule(72)
async def test_who_takes_nothing_is_full_and_is_not_read_until_it_has() -> None:
    connection, endpoint = await opened()
    full: list[bool] = []
    endpoint.transport.on_full(lambda: full.append(endpoint.transport.is_full))

    connection.network.stuck = 500
    connection.protocol.pause_writing()
    draining = asyncio.create_task(endpoint.transport.drained())
    await turns()
    assert (full, endpoint.transport.buffered) == ([True], 500)
    assert not connection.network.reads
    assert not draining.done()

    connection.protocol.resume_writing()
    await draining
    assert not endpoint.transport.is_full
    assert connection.network.reads


async def test_reading_goes_on_when_neither_side_holds_it() -> None:
    connection, endpoint = await opened()

    endpoint.transport.pause_reading()
    connection.protocol.pause_writing()
    connection.protocol.resume_writing()
    assert not connection.network.reads
    connection.protocol.pause_writing()
    endpoint.transport.resume_reading()
    assert not connection.network.reads
    connection.protocol.resume_writing()
    assert connection.network.reads


async def test_a_close_drops_what_is_queued_and_what_comes_after() -> None:
    connection, endpoint = await opened()

    endpoint.transport.queue(bundle("secret"))
    endpoint.transport.close(4403, "session ended")
    endpoint.transport.write(bundle("late"))
    endpoint.transport.close(1000, "second")
    endpoint.turn()
    connection.protocol.data_received(frame(TEXT, b"still here"))

    assert connection.said() == close_frame(4403, "session ended")
    assert not endpoint.sink.got


async def test_after_our_goodbye_only_so_much_is_read_for_the_peers() -> None:
    connection, endpoint = await opened()
    endpoint.transport.close(4429, "socket.flood")

    connection.protocol.data_received(frame(TEXT, b"x" * 900))  # was under way
    connection.protocol.data_received(frame(CLOSE, b""))
    assert connection.network.ended == "closed"

    flooded, endpoint = await opened()
    endpoint.transport.close(4429, "socket.flood")
    for _ in range(LAST_BYTES // 900 + 1):
        flooded.protocol.data_received(frame(TEXT, b"x" * 900))
    flooded.protocol.data_received(frame(CLOSE, b""))
    assert not flooded.network.ended  # nobody looks any more: the clock cuts it off


async def test_a_peer_that_talked_on_before_it_read_our_goodbye_is_let_go_at_once() -> None:
    connection, endpoint = await opened()
    endpoint.transport.close(4403, "session ended")

    for _ in range(500):  # half a megabyte: five seconds of a busy client that reads nothing
        connection.protocol.data_received(frame(TEXT, b"x" * 900))
    connection.protocol.data_received(frame(CLOSE, close_frame(4403)[2:]))

    assert connection.network.ended == "closed"


@pytest.mark.rule(68)
async def test_what_the_network_still_has_is_taken_back_from_who_is_closed() -> None:
    connection, endpoint = await opened()
    connection.network.stuck = 1

    endpoint.transport.close(4403, "session ended")
    await turns()

    assert connection.network.ended == "aborted"


async def test_lingering_sends_what_waits_first() -> None:
    connection, endpoint = await opened()
    connection.network.stuck = 1

    endpoint.transport.queue(bundle("ack"))
    endpoint.transport.close(1012, "restart", linger=True)

    assert read(connection.said()) == [(TEXT, b"ack"), (CLOSE, close_frame(1012, "restart")[2:])]
    assert not connection.network.ended


async def test_the_peers_goodbye_is_answered_once() -> None:
    connection, endpoint = await opened()

    connection.protocol.data_received(frame(CLOSE, GOODBYE) + frame(TEXT, b"ignored"))
    connection.protocol.data_received(frame(CLOSE, GOODBYE))
    await turns()

    assert read(connection.said()) == [(CLOSE, GOODBYE)]
    assert connection.network.ended == "closed"
    connection.protocol.connection_lost(None)
    assert (endpoint.sink.losses, endpoint.sink.got) == (1, [])
    assert not connection.state.connections


async def test_our_goodbye_ends_with_the_peers() -> None:
    connection, endpoint = await opened()

    endpoint.transport.close(1001, "bye")
    assert not connection.network.is_closing()
    connection.protocol.data_received(frame(CLOSE, close_frame(1001)[2:]))

    assert connection.network.is_closing()


async def test_a_peer_that_says_no_goodbye_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "CLOSE_SECONDS", 0)
    connection, endpoint = await opened()

    endpoint.transport.close(1001, "bye")
    await turns()

    assert connection.network.ended == "aborted"


@pytest.mark.rule(72)
async def test_a_peer_that_says_goodbye_and_reads_no_more_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ending, "CLOSE_SECONDS", 0)
    connection, _ = await opened()
    connection.network.stuck = 100  # so the network never gets to close it

    connection.protocol.data_received(frame(CLOSE, GOODBYE))
    await turns()

    assert connection.network.ended == "aborted"


@pytest.mark.rule(73)
async def test_pings_are_answered_and_signs_of_life_are_told() -> None:
    connection, endpoint = await opened()

    assert endpoint.transport.ping()
    assert read(connection.said()) == [(PING, b"")]
    connection.protocol.data_received(frame(PING, b"are you there") + frame(PONG, b""))

    assert read(connection.said()) == [(PONG, b"are you there")]
    assert endpoint.sink.signs == 2


@pytest.mark.rule(65)
async def test_a_peer_that_breaks_the_protocol_is_told_which_way() -> None:
    connection, endpoint = await opened()

    connection.protocol.data_received(frame(TEXT, b"good") + frame(TEXT, b"\xff"))

    assert endpoint.sink.got == [(TEXT, b"good")]
    ((opcode, payload),) = read(connection.said())
    assert (opcode, payload[:2]) == (CLOSE, CloseCode.NOT_UTF8.to_bytes(2))
    assert connection.network.ended == "half"  # we say no more, and read until it is gone


@pytest.mark.rule(71)
async def test_a_frame_over_the_endpoints_bound_is_refused_at_its_head() -> None:
    connection, _ = await opened()

    connection.protocol.data_received(frame(TEXT, b"x" * 1001)[:8])

    ((_, payload),) = read(connection.said())
    assert payload[:2] == CloseCode.TOO_BIG.to_bytes(2)


@pytest.mark.rule(76)
async def test_a_sink_that_breaks_closes_its_own_socket_with_a_code() -> None:
    connection, endpoint = await opened()
    endpoint.sink.failure = LookupError("bug")

    connection.protocol.data_received(frame(TEXT, b"x"))

    assert connection.said() == close_frame(1011, "internal")


async def test_a_lost_socket_wakes_who_waits_for_it_and_takes_no_more() -> None:
    connection, endpoint = await opened()
    connection.protocol.pause_writing()
    draining = asyncio.create_task(endpoint.transport.drained())
    await turns()

    connection.protocol.connection_lost(OSError("reset"))
    await draining
    endpoint.transport.write(bundle("late"))
    endpoint.transport.queue(bundle("late"))
    endpoint.transport.close(1000, "")

    assert not connection.network.writes
    assert endpoint.sink.losses == 1


async def test_the_servers_own_end_is_said_to_open_sockets() -> None:
    connection, _ = await opened()
    waiting = Connection(Endpoint())

    connection.protocol.shutdown()
    waiting.protocol.shutdown()

    assert connection.said() == close_frame(1012, "restart")
    assert waiting.network.ended == "closed"


async def test_who_offers_to_pack_is_sent_packed_frames_where_the_endpoint_wants_it() -> None:
    for packs in (True, False):
        endpoint = Endpoint(packs=packs)
        connection = Connection(endpoint)
        answer = await connection.knock(("Sec-WebSocket-Extensions", "permessage-deflate"))
        assert (b"permessage-deflate" in answer) == packs
        connection.said()

        endpoint.transport.write(bundle("hello " * 20))

        first, size, payload = (written := connection.said())[0], written[1], written[2:]
        assert bool(first & PACKED) == packs
        text = inflated(payload, 1000) if packs else payload
        assert (text, size) == (b"hello " * 20, len(payload))


async def test_there_is_a_lane_only_while_bytes_may_go_out_as_they_are() -> None:
    connection, endpoint = await opened()
    transport = endpoint.transport
    assert transport.lane == connection.network.write

    transport.queue(bundle("first"))
    assert transport.lane is None
    endpoint.turn()
    assert transport.lane == connection.network.write
    transport.close(1000, "")
    assert transport.lane is None

    _, packing = await opened(packs=True)
    assert packing.transport.lane is not None  # the client offered nothing
    other = Endpoint(packs=True)
    await Connection(other).knock(("Sec-WebSocket-Extensions", "permessage-deflate"))
    assert other.transport.lane is None


async def greeted_later() -> tuple[Connection, Endpoint]:
    """Answers a socket whose handshake is answered when the endpoint's `crowd` is flushed."""
    endpoint = Endpoint(holds=True)
    connection = Connection(endpoint)
    assert await connection.knock() == b""
    return connection, endpoint


async def test_what_is_said_before_the_answer_to_a_handshake_goes_out_with_it() -> None:
    connection, endpoint = await greeted_later()

    endpoint.transport.queue(bundle("welcome"))
    endpoint.transport.write(bundle("news"))
    endpoint.turn()

    (written,) = connection.network.writes
    head, _, frames = written.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101")
    assert read(frames) == [(TEXT, b"welcome"), (TEXT, b"news")]
    assert endpoint.transport.lane is not None


@pytest.mark.rule(68)
async def test_a_socket_revoked_before_its_answer_went_out_is_told_that_and_no_more() -> None:
    connection, endpoint = await greeted_later()

    endpoint.transport.queue(bundle("a secret"))
    endpoint.transport.close(4403, "session ended")
    endpoint.turn()

    head, _, frames = connection.said().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101")
    assert read(frames) == [(CLOSE, close_frame(4403, "session ended")[2:])]
    assert endpoint.transport.lane is None


@pytest.mark.parametrize("code", [GONE, LEFT])
async def test_a_peer_that_is_gone_before_its_answer_is_sent_nothing(code: int) -> None:
    connection, endpoint = await greeted_later()
    if code == LEFT:
        endpoint.turn()
        connection.said()
        connection.protocol.data_received(frame(CLOSE, GOODBYE))

    connection.protocol.connection_lost(None)
    endpoint.turn()

    assert not connection.network.writes
    assert endpoint.transport.code == code
