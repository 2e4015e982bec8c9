from __future__ import annotations

import pytest

from app.models import User
from pkg.paginator import PageTooDeep, columns, link_header, mapped, paginate

URL = "/api/v1/users?filter%5Bname%5D=a+b&page=2&per_page=3"


async def test_a_page_tells_where_it_stands(people: list[str]) -> None:
    page = await paginate(User.all().order_by("id"), page=2, per_page=3, url=URL)

    assert [user.name for user in page["items"]] == people[3:6]
    assert page["pager"] == {
        "page": 2,
        "per_page": 3,
        "total_page": 3,
        "total_count": 7,
        "next_page_url": "/api/v1/users?filter%5Bname%5D=a+b&per_page=3&page=3",
        "prev_page_url": "/api/v1/users?filter%5Bname%5D=a+b&per_page=3&page=1",
    }


async def test_all_pages_together_are_the_list_once(people: list[str]) -> None:
    seen = []
    for number in (1, 2, 3):
        ordered = User.all().order_by(*columns("-exp"))
        page = await paginate(ordered, page=number, per_page=3, url="/")
        seen += [user.name for user in page["items"]]

    assert sorted(map(str, seen)) == people


async def test_the_ends_have_no_neighbour_and_beyond_them_is_nothing(people: list[str]) -> None:
    ordered = User.all().order_by("id")
    first = await paginate(ordered, page=1, per_page=7, url="/u")
    beyond = await paginate(ordered, page=9, per_page=3, url="/u")

    assert first["pager"]["next_page_url"] is first["pager"]["prev_page_url"] is None
    assert link_header(first["pager"], "/u") == ""
    assert beyond["items"] == []
    assert beyond["pager"]["prev_page_url"] == "/u?page=3"


async def test_an_empty_list_has_no_pages(people: list[str]) -> None:
    page = await paginate(User.filter(name="nobody"), page=1, per_page=3, url="/u")

    assert page["items"] == []
    assert (page["pager"]["total_page"], page["pager"]["total_count"]) == (0, 0)


@pytest.mark.rule(92)
async def test_a_deep_offset_is_refused_before_the_database_is_asked(people: list[str]) -> None:
    for page in (1_002, 10**9, 2**63, 10**40):
        with pytest.raises(PageTooDeep):
            await paginate(User.all(), page=page, per_page=100, url="/")


async def test_items_are_presented_and_the_pager_stays(people: list[str]) -> None:
    page = await paginate(User.all().order_by("id"), page=1, per_page=2, url="/")

    assert mapped(page, lambda user: user.name)["items"] == ["ada", "bob"]
    assert mapped(page, str)["pager"] == page["pager"]


@pytest.mark.rule(99)
@pytest.mark.parametrize("pattern", ["%", "_", "a%", "\\"])
async def test_wildcards_of_like_are_letters_to_a_search(people: list[str], pattern: str) -> None:
    page = await paginate(User.filter(name__icontains=pattern), page=1, per_page=9, url="/")

    assert page["items"] == []
