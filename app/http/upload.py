"""One file in a multipart body, bounded while it streams."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Upload:
    """What a row that takes a file allows: the field `file`, once, of at most *max_bytes*."""

    max_bytes: int = 5 << 20


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The file that came. Its name and media type are the client's word: trust neither."""

    content: bytes = field(repr=False)
    name: str
    media: str
