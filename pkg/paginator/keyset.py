"""Pages by cursor: each begins where the last one ended, however deep, whatever came meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from tortoise.expressions import Q

from pkg.paginator.cursor import Cursors, Position, Value
from pkg.paginator.page import CursorPage
from pkg.paginator.sort import columns
from pkg.paginator.wanted import Wanted

if TYPE_CHECKING:
    from tortoise.models import Model
    from tortoise.queryset import QuerySet

M = TypeVar("M", bound="Model")


class Keyset:
    """Leafs through *order*, columns that hold no null, the last of them unique.

    *scope* names the list in its cursors; filters belong into it, since a cursor made under
    other filters points at a row of another list.
    """

    def __init__(self, cursors: Cursors, order: Sequence[str], *, scope: str) -> None:
        self._cursors = cursors
        self._order = tuple(order)
        self._list = f"{scope}|{','.join(order)}"

    async def page(
        self, queryset: QuerySet[M], *, cursor: str | None, per_page: int
    ) -> CursorPage[M]:
        """Answers the page at *cursor*, or the first; *queryset* brings filters and no order.

        Raises:
            BadCursor: *cursor* is none of this list's.
        """
        at = self._cursors.read(cursor, list=self._list) if cursor else None
        back = at is not None and at.way == "prev"
        order = [_turned(column) for column in self._order] if back else [*self._order]
        if at is not None:
            queryset = queryset.filter(_beyond(order, at.values))
        # One row more than asked for tells whether there is more, without a count.
        found = list(await queryset.order_by(*order).limit(per_page + 1))
        more, items = len(found) > per_page, found[:per_page]
        if back:
            items.reverse()
        # Where we came from there is something, unless it was deleted since.
        before = more if back else at is not None
        return self._page(items, per_page, before=before, after=back or more)

    def _page(self, items: list[M], per_page: int, *, before: bool, after: bool) -> CursorPage[M]:
        return {
            "items": items,
            "pager": {
                "per_page": per_page,
                "next_cursor": self._at(items[-1], "next") if after and items else None,
                "prev_cursor": self._at(items[0], "prev") if before and items else None,
                "has_more": after and bool(items),
            },
        }

    def _at(self, row: M, way: Literal["next", "prev"]) -> str:
        values = tuple(getattr(row, _name(column)) for column in self._order)
        return self._cursors.make(Position(way, values), list=self._list)


async def browse(queryset: QuerySet[M], wanted: Wanted, *, cursors: Cursors) -> CursorPage[M]:
    """Answers the page of *queryset* that is *wanted*; its cursors serve no other list.

    Raises:
        BadCursor: the cursor is none of this list's, in this order and with these filters.
    """
    given = {name: value for name, value in wanted.filters.items() if value is not None}
    scope = "|".join([queryset.model._meta.db_table, *map(str, sorted(given.items()))])
    keyset = Keyset(cursors, columns(wanted.sort), scope=scope)
    found = queryset.filter(**given)
    return await keyset.page(found, cursor=wanted.cursor, per_page=wanted.per_page)


def _beyond(order: Sequence[str], values: Sequence[Value]) -> Q:
    """Answers what comes after *values* in *order*: a < x, or a = x and b < y, and so on.

    A comparison of rows, (a, b) < (x, y), would be shorter, but takes one direction for all.
    """
    steps = []
    for depth, column in enumerate(order):
        wanted: dict[str, Any] = {
            _name(each): value for each, value in zip(order[:depth], values, strict=False)
        }
        wanted[f"{_name(column)}__{'lt' if column.startswith('-') else 'gt'}"] = values[depth]
        steps.append(Q(**wanted))
    return Q(*steps, join_type=Q.OR)


def _name(column: str) -> str:
    return column.removeprefix("-")


def _turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"
