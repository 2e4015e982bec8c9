"""The plain dialect: raw text in, messages without a type out."""

from __future__ import annotations

import pytest
from starlette.testclient import WebSocketDenialResponse

from tests.site import Person
from tests.ws.conftest import ONE_NODE, Chat, Peer


def heard(peer: Peer) -> dict[str, object]:
    """Answers the next thing a plain client gets."""
    frame: dict[str, object] = peer.session.receive_json()
    return frame


def arrive(chat: Chat, person: Person, *others: Peer) -> Peer:
    """Opens a plain socket and says something, so that it is known to be in."""
    peer = chat.open(person, plain=True)
    peer.session.send_text("here")
    for each in (peer, *others):
        heard(each)
    return peer


def test_raw_text_goes_to_everybody_in_the_lobby(chat: Chat, ann: Person, ben: Person) -> None:
    one = arrive(chat, ann)
    two, typed = arrive(chat, ben, one), chat.join(ben)

    one.session.send_text("hello, you")

    told = heard(two)
    assert list(told) == ["sender", "recipient", "content", "conversation", "seq", "id", "at"]
    assert (told["sender"], told["recipient"], told["content"], told["seq"]) == (
        f"u:{ann.id}",
        "",
        "hello, you",
        3,
    )
    assert heard(one) == told  # the sender too, and no ack
    assert typed.get("message") == {"type": "message", **told}


def test_an_object_names_its_recipient(chat: Chat, ann: Person, ben: Person) -> None:
    one = arrive(chat, ann)
    two = arrive(chat, ben, one)

    one.session.send_json({"recipient": f"u:{ben.id}", "content": "psst", "sender": "u:99"})

    told = heard(two)
    assert (told["sender"], told["content"], told["seq"]) == (f"u:{ann.id}", "psst", 1)
    assert told["recipient"] == told["conversation"] != "c:1"


@pytest.mark.parametrize("text", ['{"a":1}', "[1]", '"quoted"', "{", "null", "  indented"])
def test_what_is_no_message_object_is_said_as_it_stands(chat: Chat, ann: Person, text: str) -> None:
    peer = chat.open(ann, plain=True)

    peer.session.send_text(text)

    assert heard(peer)["content"] == text


def test_a_refusal_is_told_and_the_socket_lives(chat: Chat, ann: Person) -> None:
    peer = chat.open(ann, plain=True)

    peer.session.send_json({"recipient": "u:999", "content": "anybody?"})
    assert heard(peer)["code"] == "not_found"

    peer.session.send_text("hello")
    assert heard(peer)["content"] == "hello"


def test_bytes_that_are_no_text_are_refused_and_the_socket_lives(chat: Chat, ann: Person) -> None:
    peer = chat.open(ann, plain=True)

    peer.session.send_bytes(b"\xff\xfe")
    assert heard(peer)["code"] == "frame.malformed"

    peer.session.send_bytes("héllo".encode())
    assert heard(peer)["content"] == "héllo"


def test_who_asks_for_another_protocol_is_not_taken_for_a_plain_client(
    chat: Chat, ann: Person
) -> None:
    # Its hello would be said in the lobby, token and all.
    with pytest.raises(WebSocketDenialResponse) as refused:
        chat.open(ann, subprotocols=["chat.v2"])

    assert (refused.value.status_code, refused.value.json()["code"]) == (403, "protocol.unknown")
    both = chat.open(ann, subprotocols=["chat.v2", "chat.v1"])
    assert both.session.accepted_subprotocol == "chat.v1"


def test_a_plain_client_may_prove_itself_by_its_first_frame(chat: Chat, ann: Person) -> None:
    peer, nobody = chat.open(plain=True), chat.open(plain=True)

    peer.session.send_json({"type": "hello", "token": ann.tokens["access_token"]})
    peer.session.send_text("hello")
    nobody.session.send_text("hello")

    assert heard(peer)["content"] == "hello"
    assert nobody.closed()[0] == 4401


class TestNotices:
    """Who comes and goes, where HUB_NOTICES asks for it."""

    @pytest.fixture
    def environ(self) -> dict[str, str]:
        return {"HUB_NOTICES": "true"}

    @ONE_NODE
    def test_plain_clients_are_told(self, chat: Chat, ann: Person, ben: Person) -> None:
        typed, one = chat.join(ann), arrive(chat, ann)

        two = chat.open(ben, plain=True)
        assert heard(one) == {"content": "/A new socket has connected."}
        two.leave()
        assert heard(one) == {"content": "/A socket has disconnected."}
        assert [frame["type"] for frame in typed.quiet()] == ["message"]
