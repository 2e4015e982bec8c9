"""What it costs to read one message of 128 bytes: a pydantic form, or a struct at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from app.requests.chat import PostMessage
from app.ws import frames
from pkg.validation import parse
from pkg.validation.text import IN_LINES
from tests.benchmarks.tries.turns import table, turn

CALLS = 20_000
RAW = json.dumps(
    {
        "type": "message",
        "id": "0190b7a4-5b5c-7cc3-9d5e-0a1b2c3d4e5f",
        "recipient": "c:7",
        "content": "~T!" + "x" * 125,
    }
).encode()
SEEN = re.compile(r"\S")


class Straight(msgspec.Struct, frozen=True, tag="message", tag_field="type"):
    """The whole frame with its bounds; what does not fit would be read again for its faults."""

    content: Annotated[str, Meta(min_length=1, max_length=16_384)]
    recipient: Annotated[str, Meta(pattern="^(([cu]:)?[1-9][0-9]{0,18})?$")] = ""
    id: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    content_type: Literal["text"] = "text"
    reply_to: Annotated[int, Meta(ge=1, lt=2**53)] | None = None


class Lean(msgspec.Struct, frozen=True, tag="message", tag_field="type"):
    """As `Straight`, but the recipient is found in a table of known addresses, not by a pattern."""

    content: Annotated[str, Meta(min_length=1, max_length=16_384)]
    recipient: Annotated[str, Meta(max_length=64)] = ""
    id: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    content_type: Literal["text"] = "text"
    reply_to: Annotated[int, Meta(ge=1, lt=2**53)] | None = None


class Other(msgspec.Struct, frozen=True, tag="ping", tag_field="type"):
    """A second frame, so that the decoder has to choose by type."""

    t: float = 0


HEAD = msgspec.json.Decoder(frames.Head)
FRAME = msgspec.json.Decoder(frames.PostMessage)
ONE = msgspec.json.Decoder(Straight)
UNION = msgspec.json.Decoder(Straight | Other)
LEAN = msgspec.json.Decoder(Lean | Other)
KNOWN = {"c:7": 7}


def by_form() -> object:
    HEAD.decode(RAW)
    frame = FRAME.decode(RAW)
    return parse(
        PostMessage,
        {
            "conversation": frame.recipient,
            "id": frame.id,
            "content": frame.content,
            "content_type": frame.content_type,
            "reply_to": frame.reply_to,
        },
    )


def by_head_and_struct() -> object:
    HEAD.decode(RAW)
    return _checked(ONE.decode(RAW))


def by_struct() -> object:
    return _checked(UNION.decode(RAW))


def by_lean_struct() -> object:
    said = LEAN.decode(RAW)
    if not isinstance(said, Lean) or said.recipient not in KNOWN:
        raise ValueError(said)
    # What is printable has none of the characters that the pattern looks for, and is told faster.
    if not said.content.isprintable() and IN_LINES.search(said.content):
        raise ValueError(said)
    return said if SEEN.search(said.content) else None


def _checked(said: Straight | Other) -> object:
    """Looks at the characters, which no schema of msgspec can."""
    if isinstance(said, Straight) and (
        IN_LINES.search(said.content) or not SEEN.search(said.content)
    ):
        raise ValueError(said)
    return said


WAYS = {
    "head, frame, pydantic form": by_form,
    "head, then a struct with bounds": by_head_and_struct,
    "a tagged union of structs with bounds": by_struct,
    "the same, recipient by table, printable first": by_lean_struct,
    "head alone": lambda: HEAD.decode(RAW),
}


def run(rounds: int) -> Iterable[str]:
    return table("reading a message", [turn(WAYS, CALLS) for _ in range(rounds)])
