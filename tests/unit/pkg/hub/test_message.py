"""Frames and addresses on the wire."""

from __future__ import annotations

import json

import pytest

from pkg.hub import as_object, conversation_address, encode, read_address, user_address
from pkg.hub.message import Message, plain

SAID = Message("u:1", "", "hé\n", "c:1", 92, "id", "2026-01-01T00:00:00.000Z")


def test_a_message_leaves_out_what_has_its_usual_value() -> None:
    frame = encode(SAID)

    assert json.loads(frame) == as_object(SAID)
    assert frame.startswith(b'{"type":"message","sender":"u:1","recipient":"","content"')
    assert b"content_type" not in frame
    assert b"reply_to" not in frame


def test_a_plain_frame_is_the_same_without_its_type() -> None:
    whole = json.loads(encode(SAID))
    del whole["type"]

    assert json.loads(plain(encode(SAID))) == whole
    assert plain(b'{"type":"gap"}') == b'{"type":"gap"}'


@pytest.mark.parametrize("id", [1, 42, 2**63 - 1])
def test_an_address_reads_back(id: int) -> None:
    assert read_address(user_address(id)) == ("u", id)
    assert read_address(conversation_address(id)) == ("c", id)


@pytest.mark.parametrize(
    "text",
    ["", "c", "c:", "c:0", "c:01", "c:-1", "c:9223372036854775808", "c:１", "x:1", "c:1 ", "c:1\n"],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert read_address(text) is None
