from __future__ import annotations

import pytest

from pkg.migrate.inspect import FoundColumn, FoundTable
from pkg.transfer import Column, Link, Table, TransferRefused, joined, ordered
from pkg.transfer.table import table_of


def table(name: str, *links: tuple[str, str], null: bool = True) -> Table:
    """A table with an id and a column for each link, to the table that it names."""
    columns = (Column("id", "id"), *(Column(column, "big", null) for column, _ in links))
    return Table(name, columns, ("id",), tuple(Link((column,), to) for column, to in links))


def names(tables: tuple[Table, ...]) -> list[str]:
    return [one.name for one in tables]


def test_parents_come_before_their_children() -> None:
    found = ordered(
        [
            table("a", ("b_id", "b"), ("c_id", "c"), null=False),
            table("b", ("c_id", "c"), null=False),
            table("c"),
        ]
    )

    assert names(found) == ["c", "b", "a"]
    assert [one.late for one in found] == [(), (), ()]


def test_a_circle_is_opened_where_a_column_may_be_null() -> None:
    found = ordered(
        [table("teams", ("head", "people")), table("people", ("team", "teams"), null=False)]
    )

    assert names(found) == ["teams", "people"]
    assert [one.late for one in found] == [("head",), ()]


def test_a_circle_without_such_a_column_is_refused() -> None:
    with pytest.raises(TransferRefused, match="refer to each other in a circle"):
        ordered([table("a", ("b", "b"), null=False), table("b", ("a", "a"), null=False)])


def test_a_table_that_refers_to_itself_is_written_twice_where_it_may_be_null() -> None:
    (loose,) = ordered([table("people", ("boss", "people"))])
    (tight,) = ordered([table("people", ("boss", "people"), null=False)])

    assert loose.late == ("boss",)
    assert tight.late == ()


def test_a_parent_that_is_not_moved_is_no_parent() -> None:
    assert names(ordered([table("a", ("b", "b"), null=False)])) == ["a"]


def test_of_two_kinds_the_one_that_says_more_is_meant() -> None:
    ours = Table("t", (Column("id", "id"), Column("a", "integer"), Column("b", "string")), ("id",))
    theirs = Table(
        "t", (Column("b", "decimal"), Column("a", "boolean"), Column("id", "id")), ("id",)
    )

    for found in (joined(ours, theirs), joined(theirs, ours)):
        assert {one.name: one.kind for one in found.columns} == {
            "id": "id", "a": "boolean", "b": "decimal",
        }  # fmt: skip
    assert joined(ours, theirs).names == ours.names


@pytest.mark.parametrize(
    "other",
    [
        Table("t", (Column("id", "id"), Column("a", "date")), ("id",)),
        Table("t", (Column("id", "id"),), ("id",)),
        Table("t", (Column("id", "id"), Column("a", "moment")), ("a",)),
    ],
)
def test_two_tables_that_are_not_one_are_refused(other: Table) -> None:
    ours = Table("t", (Column("id", "id"), Column("a", "moment")), ("id",))

    with pytest.raises(TransferRefused, match=r"^t"):
        joined(ours, other)


def test_what_a_table_works_out_by_itself_is_not_moved() -> None:
    found = FoundTable(
        "t",
        (FoundColumn("id", "id", "bigint"), FoundColumn("sum", "big", "bigint", generated=True)),
        primary=("id",),
    )

    assert table_of(found).names == ("id",)
