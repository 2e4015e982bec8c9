"""Cursors: where a page begins, signed, so that only the server can make one."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, TypeAlias

import orjson

from pkg.paginator.errors import BadCursor

Value: TypeAlias = int | float | str | bool | datetime
SIGNATURE = 16  # bytes of HMAC-SHA-256: 128 bits against forgery, and a short cursor
MAX_LENGTH = 1024


@dataclass(frozen=True, slots=True)
class Position:
    """A row's own values of the order, and which way from it the page lies."""

    way: Literal["next", "prev"]
    values: tuple[Value, ...]


class Cursors:
    """Makes and reads cursors with *key*, which serves nothing else.

    Each belongs to a *list*, a text that names the list, its order and its filters: elsewhere it
    is refused. What it holds can be read by whoever decodes it, so it must be no secret.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, position: Position, *, list: str) -> str:
        """Answers an opaque text, safe in an address."""
        values = [_plain(value) for value in position.values]
        body = orjson.dumps([position.way[0], *values])
        return base64.urlsafe_b64encode(self._sign(body, list) + body).decode().rstrip("=")

    def read(self, cursor: str, *, list: str) -> Position:
        """Answers what *cursor* was made of.

        Raises:
            BadCursor: it was made by somebody else, or for another list.
        """
        raw = _decoded(cursor)
        signature, body = raw[:SIGNATURE], raw[SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(body, list)):
            raise BadCursor("a cursor with a wrong signature")
        way, *values = orjson.loads(body)  # signed by us: it is what `make` wrote
        return Position("next" if way == "n" else "prev", tuple(_value(each) for each in values))

    def _sign(self, body: bytes, list: str) -> bytes:
        scoped = sha256(list.encode("utf-8", "surrogatepass")).digest() + body
        return hmac.digest(self._key, scoped, "sha256")[:SIGNATURE]


def _decoded(cursor: str) -> bytes:
    if len(cursor) > MAX_LENGTH or not cursor.isascii():
        raise BadCursor("a cursor too long or not ASCII")
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except binascii.Error:
        raise BadCursor("a cursor that is no base64") from None
    # The last sign has spare bits: without this, several spellings would be one cursor.
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != cursor:
        raise BadCursor("a cursor in another spelling")
    return raw


def _plain(value: Value) -> object:
    return [value.astimezone(UTC).isoformat()] if isinstance(value, datetime) else value


def _value(plain: object) -> Value:
    if isinstance(plain, list):
        return datetime.fromisoformat(plain[0])
    return plain  # type: ignore[return-value]  # what _plain left as it was
