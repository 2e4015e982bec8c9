"""An answer that is no data: bytes as they are, which a client may hold."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Self

from app.http.heads import RawHeaders


@dataclass(frozen=True, slots=True)
class Document:
    """A whole body, its kind, and the tag that tells whether it changed."""

    body: bytes = field(repr=False)
    media: str
    etag: bytes
    policy: str = ""  # a content policy of its own

    @classmethod
    def of(cls, body: bytes, media: str, *, policy: str = "") -> Self:
        """Answers *body*, tagged by its digest."""
        return cls(body, media, b'"%s"' % hashlib.sha256(body).hexdigest()[:20].encode(), policy)

    def held(self, if_none_match: bytes) -> bool:
        """Tells whether a client that sent *if_none_match* has it already (RFC 9110 13.1.2)."""
        tags = (tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b","))
        return if_none_match.strip() == b"*" or self.etag in tags

    def headers(self) -> RawHeaders:
        said = [(b"etag", self.etag), (b"cache-control", b"no-cache")]
        if self.policy:
            said.append((b"content-security-policy", self.policy.encode()))
        return said
