from __future__ import annotations

from pkg.errors import Rejected


class BadCursor(Rejected):
    """The cursor is none of ours, or belongs to another list or order."""

    code = "cursor.invalid"


class PageTooDeep(Rejected):
    """So far into a list only a cursor goes: an offset is counted row by row."""

    code = "page.too_deep"
