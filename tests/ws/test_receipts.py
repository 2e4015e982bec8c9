"""How far people are: written together, told once, over sockets and HTTP."""

from __future__ import annotations

import pytest

from tests.site import Person
from tests.ws.conftest import Chat, Peer


def filled(peer: Peer, count: int, recipient: str) -> str:
    """Says something *count* times and answers the conversation it was said in."""
    for number in range(count):
        peer.say(f"{number}", recipient)
    return str([peer.get("ack") for _ in range(count)][-1]["conversation"])


def receipt(conversation: str, user: Person, delivered: int, read: int) -> dict[str, object]:
    return {
        "type": "receipt",
        "conversation": conversation,
        "user": f"u:{user.id}",
        "delivered": delivered,
        "read": read,
    }


def test_everybody_in_the_conversation_is_told_ones_own_devices_too(
    chat: Chat, ann: Person, ben: Person, eve: Person
) -> None:
    one, phone, laptop, other = chat.join(ann), chat.join(ben), chat.join(ben), chat.join(eve)
    conversation = filled(one, 5, f"u:{ben.id}")

    phone.send("read", conversation=conversation, seq=3)

    wanted = receipt(conversation, ben, 3, 3)
    assert one.get("receipt") == phone.get("receipt") == laptop.get("receipt") == wanted
    assert other.quiet() == []


def test_a_cursor_goes_never_back_and_never_beyond_the_log(
    chat: Chat, ann: Person, ben: Person
) -> None:
    one, peer = chat.join(ann), chat.join(ben)
    conversation = filled(one, 5, f"u:{ben.id}")

    peer.send("delivered", conversation=conversation, seq=4)
    assert one.get("receipt") == receipt(conversation, ben, 4, 0)
    peer.send("read", conversation=conversation, seq=2)
    assert one.get("receipt") == receipt(conversation, ben, 4, 2)
    peer.send("read", conversation=conversation, seq=1)
    peer.send("delivered", conversation=conversation, seq=2**53 - 1)
    assert one.get("receipt") == receipt(conversation, ben, 5, 2)

    (_, place) = chat.open(ben).hello()["conversations"]
    assert (place["id"], place["read"]) == (conversation, 2)


def test_a_welcome_tells_how_far_the_other_one_is(chat: Chat, ann: Person, ben: Person) -> None:
    one, peer = chat.join(ann), chat.join(ben)
    conversation = filled(one, 5, f"u:{ben.id}")
    peer.send("delivered", conversation=conversation, seq=4)
    peer.send("read", conversation=conversation, seq=3)
    while one.get("receipt")["read"] < 3:
        pass  # the tick fell between

    (_, place) = chat.open(ann).hello()["conversations"]
    assert (place["peer"], place["peer_delivered"], place["peer_read"]) == (f"u:{ben.id}", 4, 3)


def test_what_is_told_in_one_breath_is_one_receipt(chat: Chat, ann: Person, ben: Person) -> None:
    one, peer = chat.join(ann), chat.join(ben)
    conversation = filled(one, 5, f"u:{ben.id}")

    for seq in range(1, 6):
        peer.send("read", conversation=conversation, seq=seq)
    told = [one.get("receipt")]
    while told[-1]["read"] < 5:
        told.append(one.get("receipt"))

    assert len(told) <= 2  # the tick may fall between
    assert [frame["type"] for frame in one.quiet()] == ["message"] * 5


def test_the_lobby_keeps_no_cursors(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)

    for name in ("read", "delivered"):
        peer.send(name, conversation="c:1", seq=0, id=name)
        assert peer.get("error")["code"] == "not_found"


@pytest.mark.rule(69)
def test_an_outsider_has_no_cursor_and_is_not_told_why(
    chat: Chat, ann: Person, ben: Person, eve: Person
) -> None:
    one, other = chat.join(ann), chat.join(eve)
    conversation = filled(one, 1, f"u:{ben.id}")

    for address in (conversation, "c:999", "nothing"):
        other.send("read", conversation=address, seq=1, id="r")
        assert other.get("error")["code"] == "not_found"


@pytest.mark.rule(70)
def test_a_seq_that_is_none_is_refused(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)

    for seq in (-1, 2**53, "3", None, 1.5):
        peer.send("read", conversation="c:1", seq=seq)
        assert peer.get("error")["code"] == "frame.malformed"


def test_over_http_it_answers_what_is_unread_and_tells_the_sockets(
    chat: Chat, ann: Person, ben: Person
) -> None:
    one, peer = chat.join(ann), chat.join(ben)
    conversation = filled(one, 5, f"u:{ben.id}")
    peer.get("message")  # its node knows of the conversation

    path = f"/conversations/{conversation}/read"
    answer = chat.site.ask("POST", path, json={"seq": 3}, by=ben)
    assert answer.json() == {"data": {"conversation": conversation, "read": 3, "unread": 2}}
    assert one.get("receipt") == peer.get("receipt") == receipt(conversation, ben, 3, 3)

    answer = chat.site.ask("POST", path, json={"seq": 1}, by=ben)
    assert answer.json()["data"]["read"] == 3
    for missing in ("c:1", "c:999"):
        path = f"/conversations/{missing}/read"
        assert chat.site.ask("POST", path, json={"seq": 1}, by=ben).status_code == 404


def test_a_plain_client_is_told_nothing_of_it(chat: Chat, ann: Person, ben: Person) -> None:
    one, peer, plain = chat.join(ann), chat.join(ben), chat.open(ben, plain=True)
    conversation = filled(one, 1, f"u:{ben.id}")
    assert plain.session.receive_json()["content"] == "0"

    peer.send("read", conversation=conversation, seq=1)
    peer.get("receipt")
    one.say("next", conversation)

    assert plain.session.receive_json()["content"] == "next"
