"""A factory makes rows out of chance and a number; what is given stands in for what is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest

from pkg.seed import Factory, Values, cycle

SAVED: list[object] = []


@dataclass
class Author:
    name: str

    async def save(self) -> None:
        SAVED.append(self)


@dataclass
class Book:
    title: str
    pages: int
    author: Author | None = None
    is_out: bool = False
    tags: list[str] = field(default_factory=list)

    async def save(self) -> None:
        SAVED.append(self)


def book_values(chance: Random, number: int) -> Values:
    return {"title": f"Book {number}", "pages": chance.randrange(10, 1000)}


author = Factory(Author, lambda _, number: {"name": f"author{number}"})
book = Factory(
    Book, book_values, {"out": {"is_out": True}, "thin": {"pages": 10}, "epic": {"pages": 999}}
)


@pytest.fixture(autouse=True)
def _nothing_saved() -> None:
    SAVED.clear()


def test_equal_chance_and_numbers_make_equal_rows() -> None:
    assert list(book.many(Random(1), 5)) == list(book.many(Random(1), 5))
    assert list(book.many(Random(1), 5)) != list(book.many(Random(2), 5))


def test_many_are_numbered_in_order_from_where_one_says() -> None:
    made = book.many(Random(1), 3, first=7)

    assert [one.title for one in made] == ["Book 7", "Book 8", "Book 9"]


def test_many_are_made_only_as_they_are_taken() -> None:
    assert next(book.many(Random(1), 10**12)).title == "Book 1"


def test_rows_without_a_number_differ_and_stay_clear_of_those_that_seeders_number() -> None:
    one, other = book(Random(1)), book.state("out")(Random(1))

    assert one.title != other.title
    assert min(int(each.title.split()[1]) for each in (one, other)) > 1_000_000


def test_what_is_given_holds_against_states_and_the_later_state_against_the_earlier() -> None:
    assert book.state("thin", "epic")(Random(1)).pages == 999
    assert book.state("thin").state("out")(Random(1), 4, pages=3) == Book("Book 4", 3, is_out=True)


def test_a_state_changes_the_factory_of_nobody_else() -> None:
    out = book.state("out")

    assert out(Random(1)).is_out
    assert not book(Random(1)).is_out


def test_an_unknown_state_is_told_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="no state 'lost'; there are out, thin, epic"):
        book.state("lost")


def test_values_may_come_in_turn_or_from_the_number() -> None:
    made = book.having(pages=cycle(1, 2), title=lambda number: f"n{number}").many(Random(1), 3)

    assert [(one.title, one.pages) for one in made] == [("n1", 1), ("n2", 2), ("n3", 1)]


def test_a_value_that_several_rows_get_is_the_one_that_was_given() -> None:
    shared = ["new"]

    assert all(one.tags is shared for one in book.having(tags=shared).many(Random(1), 2))


async def test_create_saves_the_row_and_before_it_those_it_refers_to() -> None:
    made = await book.having(author=author).create(Random(1), 4)

    assert [Author("author4"), made] == SAVED
    assert made.author is SAVED[0]


async def test_create_saves_no_parent_that_is_there_already() -> None:
    there = Author("Ada")

    made = await book.create(Random(1), author=there)

    assert [made] == SAVED
    assert made.author is there


def test_an_unsaved_row_cannot_refer_to_one_that_is_yet_to_be() -> None:
    with pytest.raises(TypeError, match=r"author is a factory: `await \.\.\.create"):
        book(Random(1), author=author)
