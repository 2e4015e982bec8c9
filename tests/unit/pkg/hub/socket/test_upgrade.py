"""The handshake, and endpoints that want plain ASGI."""

from __future__ import annotations

from typing import Any

import pytest

from pkg.hub import EXTENSION
from pkg.hub.socket.upgrade import MAX_WAITING
from pkg.hub.socket.wire import BINARY, CLOSE, TEXT, close_frame
from tests.frames import frame
from tests.unit.pkg.hub.conftest import turns
from tests.unit.pkg.hub.socket.sockets import ACCEPT, HEAD, Connection, Endpoint, opened, read

KEY = ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")


async def nowhere(scope: Any, receive: Any, send: Any) -> None:
    """Answers nothing."""


async def parrot(scope: Any, receive: Any, send: Any) -> None:
    """Knows nothing of the extension; says back what it hears, until it hears "enough"."""
    await receive()
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] == "websocket.receive":
        if event.get("text") == "enough":
            await send({"type": "websocket.close", "code": 4000, "reason": "as you wish"})
            return
        if event.get("text") == "break":
            raise LookupError("bug")
        await send({**event, "type": "websocket.send"})


async def test_a_handshake_is_answered_as_the_rfc_says() -> None:
    endpoint = Endpoint(subprotocol="chat.v1")
    connection = Connection(endpoint)

    answer = await connection.knock(("Sec-WebSocket-Protocol", "chat.v2, chat.v1"))

    head, _, rest = answer.partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 101 Switching Protocols",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Accept: " + ACCEPT,
        b"Sec-WebSocket-Protocol: chat.v1",
        b"x-from: here",
    ]
    assert not rest


async def test_the_application_sees_the_request() -> None:
    endpoint = Endpoint()
    connection = Connection(endpoint)

    await connection.knock(("Sec-WebSocket-Protocol", "chat.v2, chat.v1"), ("X-Odd", "caf\xe9"))

    scope = endpoint.scope
    assert (scope["type"], scope["scheme"], scope["http_version"]) == ("websocket", "ws", "1.1")
    assert (scope["path"], scope["raw_path"], scope["query_string"]) == ("/ws", b"/ws", b"room=1")
    assert scope["subprotocols"] == ["chat.v2", "chat.v1"]
    assert (b"x-odd", "caf\xe9".encode()) in scope["headers"]
    assert scope["state"] == {"shared": "state"}
    assert set(scope["extensions"]) == {"websocket.http.response", EXTENSION}


@pytest.mark.rule(65)
@pytest.mark.parametrize(
    ("method", "head", "status"),
    [
        ("POST", HEAD, b"405"),
        ("GET", HEAD[:-1], b"426"),
        ("GET", (*HEAD[:-1], ("Sec-WebSocket-Version", "8")), b"426"),
        ("GET", (*HEAD, ("Sec-WebSocket-Version", "13")), b"426"),
        ("GET", (*HEAD[:-2], HEAD[-1]), b"400"),
        ("GET", (*HEAD, KEY), b"400"),
        ("GET", (*HEAD[:-2], ("Sec-WebSocket-Key", "c2hvcnQ="), HEAD[-1]), b"400"),
        ("GET", (*HEAD[:-2], ("Sec-WebSocket-Key", "not base64!"), HEAD[-1]), b"400"),
        ("GET", (*HEAD[:-2], ("Sec-WebSocket-Key", "\xe9" * 24), HEAD[-1]), b"400"),
    ],
)
async def test_what_is_no_handshake_is_refused_and_reaches_no_application(
    method: str, head: tuple[tuple[str, str], ...], status: bytes
) -> None:
    endpoint = Endpoint()
    connection = Connection(endpoint)

    answer = await connection.knock(head=head, method=method)

    assert answer.startswith(b"HTTP/1.1 " + status)
    assert (b"sec-websocket-version: 13" in answer) == (status == b"426")
    assert connection.network.ended == "closed"
    assert not endpoint.scope


def request(method: str = "GET", target: bytes = b"/ws?room=1") -> dict[str, Any]:
    """The scope of a request, as a server has it that has read one."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "server": None,
        "client": None,
        "root_path": "",
        "target": target,
        "headers": [(name.lower().encode(), value.encode()) for name, value in HEAD],
        "state": {"shared": "state"},
    }


async def test_a_handshake_that_was_read_already_is_the_same_to_the_application() -> None:
    written, read_already = Endpoint(), Endpoint()
    connection = Connection(read_already)

    await Connection(written).knock()
    connection.protocol.shake_hands(request())
    await turns()

    del written.scope["extensions"], read_already.scope["extensions"]
    assert read_already.scope == written.scope
    assert ACCEPT in connection.said()
    assert not connection.state.tasks


async def test_a_path_is_unquoted_once() -> None:
    endpoint = Endpoint()

    Connection(endpoint).protocol.shake_hands(request(target=b"/a%2520b?c=%20"))
    await turns()

    scope = endpoint.scope
    assert (scope["path"], scope["raw_path"]) == ("/a%20b", b"/a%2520b")
    assert scope["query_string"] == b"c=%20"


async def test_one_that_was_read_already_and_is_none_is_refused_all_the_same() -> None:
    connection = Connection(nowhere)

    connection.protocol.shake_hands(request("POST"))

    assert connection.said().startswith(b"HTTP/1.1 405 ")
    assert connection.network.ended == "closed"


async def test_a_refusal_over_http_keeps_its_status_headers_and_body() -> None:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"retry-after", b"3"), (b"content-type", b"application/problem+json")]
        await send({"type": "websocket.http.response.start", "status": 429, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b"{", "more_body": True})
        await send({"type": "websocket.http.response.body", "body": b"}"})

    connection = Connection(refuse)
    connection.state.default_headers.append((b"date", b"today"))

    head, _, body = (await connection.knock()).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 429 Too Many Requests\r\n")
    assert {b"date: today", b"retry-after: 3", b"content-length: 2"} <= set(head.split(b"\r\n"))
    assert head.count(b"content-type") == 1
    assert body == b"{}"
    assert connection.network.ended == "closed"


async def test_a_close_before_the_accept_is_forbidden() -> None:
    async def shut(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.close"})

    answer = await Connection(shut).knock()

    assert answer.startswith(b"HTTP/1.1 403 Forbidden\r\n")


async def test_an_application_that_breaks_or_answers_nothing_is_a_500() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError("bug")

    for app in (broken, nowhere):
        answer = await Connection(app).knock()
        assert answer.startswith(b"HTTP/1.1 500 ")


async def test_what_comes_before_the_sink_does_is_kept_for_it() -> None:
    endpoint = Endpoint()

    async def late(scope: Any, receive: Any, send: Any) -> None:
        async def accepting(message: Any) -> None:
            await send(message)
            connection.protocol.data_received(frame(TEXT, b"early") + frame(BINARY, b"bird"))

        await endpoint(scope, receive, accepting)

    connection = Connection(late)
    await connection.knock()

    assert endpoint.sink.got == [(TEXT, b"early"), (BINARY, b"bird")]


async def test_a_peer_that_is_gone_before_the_sink_comes_is_told_to_it() -> None:
    endpoint = Endpoint()

    async def late(scope: Any, receive: Any, send: Any) -> None:
        async def accepting(message: Any) -> None:
            await send(message)
            connection.protocol.connection_lost(None)

        await endpoint(scope, receive, accepting)

    connection = Connection(late)
    await connection.knock()

    assert endpoint.sink.losses == 1


async def test_an_endpoint_without_the_extension_speaks_plain_asgi() -> None:
    connection = Connection(parrot)
    await connection.knock()
    connection.said()

    connection.protocol.data_received(frame(TEXT, b"words") + frame(BINARY, b"\x00\xff"))
    await turns()
    assert read(connection.said()) == [(TEXT, b"words"), (BINARY, b"\x00\xff")]

    connection.protocol.data_received(frame(TEXT, b"enough"))
    await turns()
    assert read(connection.said()) == [(CLOSE, close_frame(4000, "as you wish")[2:])]


@pytest.mark.rule(76)
async def test_an_endpoint_that_breaks_after_the_accept_closes_with_a_code() -> None:
    connection = Connection(parrot)
    await connection.knock()
    connection.said()

    connection.protocol.data_received(frame(TEXT, b"break"))
    await turns()

    assert connection.said() == close_frame(1011, "internal")


async def test_an_endpoint_that_lags_behind_is_sent_no_more_than_so_many() -> None:
    heard: list[Any] = []

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await turns()
        while (event := await receive())["type"] == "websocket.receive":
            heard.append(event["text"])

    connection = Connection(slow)
    connection.protocol.data_received(
        "\r\n".join(("GET /ws HTTP/1.1", *(f"{a}: {b}" for a, b in HEAD), "", "")).encode()
    )
    await turns(3)
    for number in range(MAX_WAITING):
        connection.protocol.data_received(frame(TEXT, b"%d" % number))
    assert not connection.network.reads

    await turns(60)
    assert connection.network.reads
    assert heard == [str(number) for number in range(MAX_WAITING)]
    connection.protocol.connection_lost(None)
    await turns()
    assert not connection.state.tasks


async def test_a_send_to_a_peer_that_is_gone_is_an_error_of_the_networks() -> None:
    told: list[Exception] = []

    async def talks(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        try:
            await send({"type": "websocket.send", "text": "hello?"})
        except OSError as exc:
            told.append(exc)

    connection = Connection(talks)
    await connection.knock()
    connection.network.close()
    connection.protocol.connection_lost(None)
    await turns()

    assert len(told) == 1


async def test_a_peer_that_is_gone_before_it_is_answered_is_no_news(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def late(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "websocket.disconnect":
            continue
        await send({"type": "websocket.close"})

    connection = Connection(late)
    await connection.knock()
    connection.network.close()
    connection.protocol.connection_lost(None)
    await turns()

    assert not connection.state.tasks
    assert not caplog.records


async def test_an_accepted_socket_is_no_second_handshake() -> None:
    connection, endpoint = await opened()

    connection.protocol.data_received(frame(TEXT, b"GET /ws HTTP/1.1\r\n\r\n"))

    assert endpoint.sink.got == [(TEXT, b"GET /ws HTTP/1.1\r\n\r\n")]
