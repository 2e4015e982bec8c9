"""Which version is answered, and which one a caller has seen (RFC 9110 8.8.3 and 13.1)."""

from __future__ import annotations

import re
from typing import Final

from app.http.errors import IfMatchMissing
from app.http.heads import heads
from app.http.reply import reply
from app.http.state import Req
from app.providers.rows import Seen

TAG: Final = re.compile(rb'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
REV: Final = re.compile(rb"[1-9][0-9]{0,17}")
MAX_TAGS: Final = 20  # nobody has seen so many versions, and each is a value of a query


def say_version(request: Req, rev: int) -> None:
    """Says that the answer is version *rev*; who has that one already gets 304 and no body."""
    said = reply(request)
    said.say("etag", f'"{rev}"')
    header = heads(request.scope).get(b"if-none-match", b"")
    if request.method in {"GET", "HEAD"} and (header.strip() == b"*" or rev in _revs(header)):
        said.status = 304


def seen(request: Req) -> Seen:
    """Answers the versions that `If-Match` names; None for `*`, whichever it is by now.

    A tag that was never ours, or is weak, is of no version: what is to be changed is not that.

    Raises:
        IfMatchMissing: there is no such header, and a change would go over what nobody looked at.
    """
    header = heads(request.scope).get(b"if-match")
    if header is None:
        raise IfMatchMissing
    return None if header.strip() == b"*" else _revs(header, strong=True)


def _revs(header: bytes, *, strong: bool = False) -> frozenset[int]:
    tags = TAG.findall(header)[:MAX_TAGS]
    return frozenset(
        int(value) for weak, value in tags if REV.fullmatch(value) and not (strong and weak)
    )
