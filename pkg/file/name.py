"""The names of stored files: random, flat, and with the ending of what is really in them."""

from __future__ import annotations

import re
import secrets

MEDIA = {"gif": "image/gif", "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}

# Nothing in it that a path, a shell or a URL reads as anything else; [0-9], since \d has more.
NAME = re.compile(rf"[0-9a-f]{{32}}(?:-[1-9][0-9]{{0,3}})?\.(?:{'|'.join(MEDIA)})")


def fresh(ending: str) -> str:
    """Answers a new name of 128 random bits with *ending*, a key of ``MEDIA``.

    The ending says what was decoded or encoded, never what a client called it.
    """
    return f"{secrets.token_hex(16)}.{ending}"


def sized(name: str, size: int) -> str:
    """Answers the name under which *name* is kept in *size*: ``ab12.webp`` as ``ab12-64.webp``."""
    stem, _, ending = name.partition(".")
    return f"{stem}-{size}.{ending}"


def is_name(text: str) -> bool:
    """Tells whether *text* can be a name of ours."""
    return NAME.fullmatch(text) is not None


def media(name: str) -> str:
    """Answers the Content-Type of *name*, which is one of ours."""
    return MEDIA[name.rpartition(".")[2]]
