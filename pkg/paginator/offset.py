"""Numbered pages: for lists that a person leafs through, and that are not long."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pkg.paginator.errors import PageTooDeep
from pkg.paginator.link import with_query
from pkg.paginator.page import Page, Pager

if TYPE_CHECKING:
    from tortoise.models import Model
    from tortoise.queryset import QuerySet

M = TypeVar("M", bound="Model")

MAX_OFFSET = 100_000  # a database reads and drops every row before the page


async def paginate(queryset: QuerySet[M], *, page: int, per_page: int, url: str) -> Page[M]:
    """Answers page *page* (from 1) of *queryset*, which is ordered down to a unique column.

    *url* is the address of this page, query included; its neighbours keep the query. A page past
    the end is empty. Costs a count and a select.

    Raises:
        PageTooDeep: more than 100,000 rows lie before it.
    """
    offset = (max(page, 1) - 1) * per_page
    if offset > MAX_OFFSET:
        raise PageTooDeep(f"offset {offset}")
    total = await queryset.count()
    items = list(await queryset.offset(offset).limit(per_page)) if offset < total else []
    return {"items": items, "pager": _pager(total, page=page, per_page=per_page, url=url)}


def _pager(total: int, *, page: int, per_page: int, url: str) -> Pager:
    pages = -(-total // per_page)
    return {
        "page": page,
        "per_page": per_page,
        "total_page": pages,
        "total_count": total,
        "next_page_url": with_query(url, page=page + 1) if page < pages else None,
        # From beyond the end, back means to the last page there is.
        "prev_page_url": with_query(url, page=min(page - 1, pages)) if page > 1 and pages else None,
    }
