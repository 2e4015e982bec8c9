"""One person, several devices: each has the whole conversation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.site import PASSWORD, Person
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


class TestSingleDevice:
    """One at a time, where HUB_SINGLE_DEVICE asks for it."""

    @pytest.fixture
    def environ(self) -> dict[str, str]:
        return {"HUB_SINGLE_DEVICE": "true"}

    def test_who_signs_in_elsewhere_replaces_the_device_before(
        self, chat: Chat, ann: Person, ben: Person
    ) -> None:
        first, other = chat.join(ann), chat.join(ben)
        form = {"login": ann.name, "password": PASSWORD}
        login = chat.site.ask("POST", "/auth/login/password", json=form).json()["data"]

        second = chat.join(replace(ann, tokens=login))
        second.say("hello")

        assert first.closed() == (4509, "replaced")
        assert other.get("message")["content"] == "hello"
        assert second.get("ack")["seq"] == 1
