from __future__ import annotations

from dataclasses import replace

import pytest

from app.models import User
from pkg.paginator import BadCursor, CursorPage, Cursors, Wanted, mapped
from pkg.paginator.keyset import Keyset, browse

CURSORS = Cursors(b"k" * 32)


def keyset(*order: str, scope: str = "users") -> Keyset:
    return Keyset(CURSORS, order, scope=scope)


async def walked(keys: Keyset, *, per_page: int) -> tuple[list[str], list[str]]:
    """Names seen on the way to the end, and on the way back."""
    there: list[str] = []
    cursor: str | None = None
    while True:
        page = await keys.page(User.all(), cursor=cursor, per_page=per_page)
        names = [str(user.name) for user in page["items"]]
        there += names
        cursor = page["pager"]["next_cursor"]
        if cursor is None:
            break
    back, cursor = names, page["pager"]["prev_cursor"]
    while cursor is not None:
        page = await keys.page(User.all(), cursor=cursor, per_page=per_page)
        back = [str(user.name) for user in page["items"]] + back
        cursor = page["pager"]["prev_cursor"]
    return there, back


@pytest.mark.parametrize("per_page", [1, 2, 3, 7, 100])
@pytest.mark.parametrize(
    "order", [("id",), ("-id",), ("-exp", "id"), ("exp", "-id"), ("-created_at", "-id")]
)
async def test_a_walk_sees_the_whole_list_once_both_ways(
    people: list[str], order: tuple[str, ...], per_page: int
) -> None:
    expected = [str(user.name) for user in await User.all().order_by(*order)]

    there, back = await walked(keyset(*order), per_page=per_page)

    assert there == expected
    assert back == expected


async def test_the_first_page_has_nothing_before_and_the_last_nothing_after(
    people: list[str],
) -> None:
    first = await keyset("id").page(User.all(), cursor=None, per_page=4)
    last = await keyset("id").page(User.all(), cursor=first["pager"]["next_cursor"], per_page=4)

    assert first["pager"]["prev_cursor"] is None
    assert first["pager"]["has_more"]
    assert last["pager"]["next_cursor"] is None
    assert not last["pager"]["has_more"]
    assert len(last["items"]) == 3


async def test_what_comes_or_goes_before_the_cursor_moves_nothing(people: list[str]) -> None:
    first = await keyset("id").page(User.all(), cursor=None, per_page=3)
    await User.filter(name__in=["ada", "cai"]).delete()

    second = await keyset("id").page(User.all(), cursor=first["pager"]["next_cursor"], per_page=3)

    assert [user.name for user in second["items"]] == ["dee", "eva", "fei"]


async def test_an_empty_page_leads_nowhere(people: list[str]) -> None:
    page = await keyset("id").page(User.filter(name="nobody"), cursor=None, per_page=3)

    assert page["items"] == []
    assert page["pager"] == {
        "per_page": 3,
        "next_cursor": None,
        "prev_cursor": None,
        "has_more": False,
    }


async def test_a_cursor_of_another_order_or_filter_is_refused(people: list[str]) -> None:
    first = await keyset("id").page(User.all(), cursor=None, per_page=3)
    cursor = first["pager"]["next_cursor"]

    for other in (keyset("-id"), keyset("id", scope="users?name=a"), keyset("exp", "id")):
        with pytest.raises(BadCursor):
            await other.page(User.all(), cursor=cursor, per_page=3)


async def test_a_list_is_browsed_by_what_is_wanted(people: list[str]) -> None:
    wanted = Wanted("-exp", 2, filters={"exp": 3, "name": None})

    first = await browse(User.all(), wanted, cursors=CURSORS)
    further = replace(wanted, cursor=first["pager"]["next_cursor"])
    second = await browse(User.all(), further, cursors=CURSORS)

    assert [user.name for user in first["items"]] == ["dee", "cai"]
    assert [user.name for user in second["items"]] == ["bob"]


@pytest.mark.parametrize(
    "other", [Wanted("exp", 2, filters={"exp": 3}), Wanted("-exp", 2, filters={"exp": 5})]
)
async def test_a_cursor_serves_one_order_and_one_filter(people: list[str], other: Wanted) -> None:
    first = await browse(User.all(), Wanted("-exp", 2, filters={"exp": 3}), cursors=CURSORS)

    at = replace(other, cursor=first["pager"]["next_cursor"])

    with pytest.raises(BadCursor):
        await browse(User.all(), at, cursors=CURSORS)


def test_a_page_of_either_kind_is_presented_item_by_item() -> None:
    page: CursorPage[int] = {
        "items": [1, 2],
        "pager": {"per_page": 2, "next_cursor": "a", "prev_cursor": None, "has_more": True},
    }

    assert mapped(page, str) == {"items": ["1", "2"], "pager": page["pager"]}
