"""A part of a list and the way to its neighbours, as they go over the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from typing_extensions import TypedDict  # pydantic refuses typing's before Python 3.12

T = TypeVar("T")
U = TypeVar("U")


class Pager(TypedDict):
    """Where a numbered page stands."""

    page: int
    per_page: int
    total_page: int
    total_count: int
    next_page_url: str | None
    prev_page_url: str | None


class CursorPager(TypedDict):
    """Where a page stands that is reached by a cursor; *has_more* looks ahead."""

    per_page: int
    next_cursor: str | None
    prev_cursor: str | None
    has_more: bool


class Page(TypedDict, Generic[T]):
    """A numbered page."""

    items: list[T]
    pager: Pager


class CursorPage(TypedDict, Generic[T]):
    """A page reached by a cursor."""

    items: list[T]
    pager: CursorPager


@overload
def mapped(page: Page[T], make: Callable[[T], U]) -> Page[U]: ...
@overload
def mapped(page: CursorPage[T], make: Callable[[T], U]) -> CursorPage[U]: ...
def mapped(page: Any, make: Callable[[Any], Any]) -> Any:
    """Answers *page* with each item as *make* presents it."""
    return {"items": [make(item) for item in page["items"]], "pager": page["pager"]}
