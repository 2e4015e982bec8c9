"""Bad frames, floods, and too many of anything."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import WebSocketDenialResponse

from tests.site import Person
from tests.ws.conftest import ONE_NODE, Chat


@pytest.fixture
def environ() -> dict[str, str]:
    return {"HUB_PER_USER": "2", "HUB_PER_ADDRESS": "4", "HUB_HANDSHAKES": "6"}


@pytest.mark.rule(70)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "42",
        '"text"',
        "{",
        '{"type":5}',
        '{"type":"sync"}',
        '{"type":"sync","conversation":"c:1","after":"1"}',
        '{"type":"sync","conversation":"c:1","after":-1}',
        '{"type":"sync","conversation":"c:1","after":9007199254740992}',
        '{"type":"sync","conversation":"c:1","after":1.5}',
        '{"type":"sync","conversation":"c:1","after":1,"limit":1000}',
        '{"type":"message"}',
        '{"type":"message","content":NaN}',
        '{"type":"message","content":"\\ud800"}',
        '{"type":"message","content":"x","a":' + "[" * 20_000 + "]" * 20_000 + "}",
        '{"type":"' + "x" * 100 + '"}',
    ],
)
def test_a_malformed_frame_is_answered_and_the_socket_lives(
    chat: Chat, ann: Person, text: str
) -> None:
    peer = chat.join(ann)

    peer.session.send_text(text)

    assert peer.get("error")["code"] in {"frame.malformed", "invalid"}
    peer.say("still here")
    assert peer.get("ack")["seq"] == 1


@pytest.mark.rule(70)
def test_bytes_are_read_as_text_and_must_be_utf8(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)

    peer.session.send_bytes(b'{"type":"message","content":"\xff"}')
    assert peer.get("error")["code"] == "frame.malformed"

    peer.session.send_bytes('{"type":"message","content":"é"}'.encode())
    assert peer.get("message")["content"] == "é"


@pytest.mark.rule(70)
def test_an_unknown_type_is_named_with_the_frames_id(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)

    peer.send("dance", id="d-1")

    error = peer.get("error")
    assert (error["code"], error["ref"]) == ("frame.unknown", "d-1")
    assert error["message"]


@pytest.mark.rule(70)
def test_a_run_of_bad_frames_is_closed(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)

    for _ in range(21):
        peer.session.send_text("{")

    assert peer.closed() == (4429, "socket.flood")
    assert len([frame for frame in peer.waiting if frame["type"] == "error"]) <= 21


@pytest.mark.rule(71)
def test_the_largest_frame_passes_and_one_byte_more_is_closed(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)
    frame = {"type": "message", "content": "x", "padding": ""}
    frame["padding"] = "p" * (65_536 - len(json.dumps(frame)))

    peer.session.send_text(json.dumps(frame))
    assert peer.get("ack")["seq"] == 1
    peer.session.send_text(json.dumps(frame) + " ")

    assert peer.closed() == (1009, "over 65536 bytes")


@pytest.mark.rule(70)
def test_above_the_rate_a_frame_is_refused_with_the_time_to_wait(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)  # the hello was the first of forty

    for _ in range(39):
        peer.say("quick")
    late = peer.say("too quick")
    error = peer.get("error")
    assert (error["code"], error["ref"], error["retry_after"]) == ("limit.exceeded", late, 0.05)

    chat.site.clock.advance(0.05)
    peer.say("slower", id=late)
    assert [peer.get("ack")["seq"] for _ in range(40)] == list(range(1, 41))


@pytest.mark.rule(70)
def test_a_flood_is_closed(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)

    for _ in range(200):
        peer.send("ping")

    assert peer.closed() == (4429, "socket.flood")


def test_a_users_messages_a_minute_are_counted_with_those_over_http(
    chat: Chat, ann: Person
) -> None:
    peer = chat.join(ann)
    stored = []
    for burst in (*[38] * 15, 30):  # under the rate: forty every two seconds
        for _ in range(burst):
            peer.say("x")
        stored += [peer.get("ack")["seq"] for _ in range(burst)]
        chat.site.clock.advance(2)

    peer.say("one too many")

    assert stored == list(range(1, 601))
    assert peer.get("error")["code"] == "limit.exceeded"
    answer = chat.site.ask("POST", "/conversations/1/messages", by=ann, json={"content": "x"})
    assert answer.status_code == 429


@pytest.mark.rule(74)
@ONE_NODE
def test_one_socket_above_a_users_cap_is_closed(chat: Chat, ann: Person, ben: Person) -> None:
    first = chat.join(ann)
    chat.join(ann)

    assert chat.open(ann).closed() == (4429, "socket.limit")
    chat.join(ben)
    first.leave()
    again = chat.open(ann)
    again.hello()


@pytest.mark.rule(74)
@ONE_NODE
def test_one_socket_above_an_addresss_cap_is_closed_before_it_proves_anything(
    chat: Chat, ann: Person
) -> None:
    for _ in range(4):
        chat.open()

    assert chat.open(ann).closed() == (4429, "socket.limit")


@pytest.mark.rule(74)
@ONE_NODE
def test_handshakes_above_the_rate_are_refused_before_the_accept(chat: Chat, ann: Person) -> None:
    for _ in range(6):
        chat.open().leave()

    with pytest.raises(WebSocketDenialResponse) as caught:
        chat.open(ann)
    assert caught.value.status_code == 429
    assert caught.value.json()["code"] == "socket.rate"
    assert caught.value.headers["retry-after"]
    chat.site.clock.advance(1)
    chat.join(ann)


def test_peers_are_apart(chat: Chat, ann: Person, ben: Person) -> None:
    bad, good = chat.join(ann), chat.join(ben)

    for _ in range(30):
        bad.session.send_text("{")
    bad.closed()
    good.say("hello")

    assert good.get("ack")["seq"] == 1
