"""One person, several devices: each has the whole conversation."""

from __future__ import annotations

from tests.site import Person
from tests.ws.conftest import Chat


def test_the_senders_other_devices_get_the_message_in_both_dialects(
    chat: Chat, ann: Person, ben: Person
) -> None:
    phone, laptop, plain = chat.join(ann), chat.join(ann), chat.open(ann, plain=True)
    other = chat.join(ben)

    id = phone.say("hello", f"u:{ben.id}")

    assert phone.get("ack")["id"] == id
    message = other.get("message")
    assert phone.get("message") == laptop.get("message") == message
    assert plain.session.receive_json() == {k: v for k, v in message.items() if k != "type"}


def test_what_one_device_has_said_another_may_say_again_and_it_is_there_once(
    chat: Chat, ann: Person
) -> None:
    phone, laptop = chat.join(ann), chat.join(ann)
    id = phone.say("hello")
    first = phone.get("ack")

    laptop.say("hello", id=id)

    assert laptop.get("ack") == first | {"dup": True}
    assert laptop.get("message")["id"] == id
    assert laptop.quiet() == []
