"""Ids on the wire carry their kind: `u:42` is a user, `c:7` a conversation."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["u", "c"]

_SHAPE = re.compile(r"([uc]):([1-9][0-9]{0,18})")  # not \d, which takes full-width digits
_LARGEST = 2**63 - 1


def user_address(id: int) -> str:
    """Answers how user *id* is called on the wire."""
    return f"u:{id}"


def conversation_address(id: int) -> str:
    """Answers how conversation *id* is called on the wire."""
    return f"c:{id}"


def read_address(text: str) -> tuple[Kind, int] | None:
    """Reads *text* as an address; None where it is none."""
    found = _SHAPE.fullmatch(text)
    if found is None or int(found[2]) > _LARGEST:
        return None
    return ("u" if found[1] == "u" else "c"), int(found[2])
