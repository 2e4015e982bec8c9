"""Whole numbers, as JSON, a path or a query spells them."""

from __future__ import annotations

import re
from collections.abc import Callable

from pkg.validation.fault import fault

DIGITS = re.compile(r"-?[0-9]{1,32}")
ID = re.compile(r"[1-9][0-9]{0,18}")  # one spelling an id: no zero in front
MAX_ID = 2**63 - 1  # what a BIGINT holds


def whole(value: object) -> int:
    """Answers *value*, a whole number or its digits; bounds are its type's affair."""
    if isinstance(value, str) and DIGITS.fullmatch(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise fault("type")


def whole_id(prefix: str = "") -> Callable[[object], int]:
    """Answers a reader of ids given as text: bare digits, or *prefix* and digits."""

    def read(value: object) -> int:
        if not isinstance(value, str):
            raise fault("type")
        digits = value.removeprefix(prefix)
        if not ID.fullmatch(digits) or int(digits) > MAX_ID:
            raise fault("id")
        return int(digits)

    return read
