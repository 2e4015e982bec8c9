from __future__ import annotations

from pkg.paginator.cursor import Cursors, Position
from pkg.paginator.errors import BadCursor, PageTooDeep
from pkg.paginator.link import link_header, with_query
from pkg.paginator.offset import paginate
from pkg.paginator.page import CursorPage, CursorPager, Page, Pager, mapped
from pkg.paginator.sort import Sort, columns
from pkg.paginator.wanted import Wanted

__all__ = [
    "BadCursor",
    "CursorPage",
    "CursorPager",
    "Cursors",
    "Page",
    "PageTooDeep",
    "Pager",
    "Position",
    "Sort",
    "Wanted",
    "columns",
    "link_header",
    "mapped",
    "paginate",
    "with_query",
]
