"""Text as it may stand in one line of a log."""

from __future__ import annotations

import re

MAX_TEXT = 16_384

# Control characters forge lines and drive terminals; the marks of bidirectional text reorder what
# a reader sees; a lone surrogate cannot be encoded at all.
UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str) -> str:
    """Answers *text* in one line: what a terminal or a reader could trip over is written out."""
    return text if text.isprintable() else UNPRINTABLE.sub(_written, text)


def cut(text: str, length: int = MAX_TEXT) -> str:
    """Answers *text*, at most *length* of it."""
    return text if len(text) <= length else f"{text[:length]}... ({len(text)} characters)"


def _written(match: re.Match[str]) -> str:
    char = match[0]
    point = ord(char)
    return NAMED.get(char) or (f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}")
