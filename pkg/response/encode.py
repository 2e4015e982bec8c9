"""Values as JSON bytes."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address

import orjson


def encode(value: object) -> bytes:
    """Answers *value* as JSON: UTC moments end in ``Z``, a Decimal as text, a set as a list.

    Raises:
        TypeError: *value* holds what has no place in an answer: bytes, secrets, our own objects.
    """
    return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: object) -> object:
    if isinstance(value, (Decimal, IPv4Address, IPv6Address)):
        return str(value)  # a float would change the amount
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, AbstractSet):
        return sorted(value)  # the same answer each time, or its ETag is worth nothing
    raise TypeError(f"{type(value).__name__} in an answer")
