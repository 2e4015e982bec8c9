"""What is written between two states, what stands in the way, and what is let be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pkg.migrate import change as made
from pkg.migrate import table
from pkg.migrate.diff import Choices, Difference, Rename, SetNulls, Shape, compare, named, plan
from pkg.migrate.diff.order import ordered
from pkg.migrate.diff.renames import undone
from pkg.migrate.diff.values import everywhere, numbered
from pkg.migrate.table import NOW, Check, Column, Key, Reference


def shape(name: str, *columns: Column, **more: object) -> dict[str, Shape]:
    """Answers a table with an id."""
    own = {"id": table.id(), **{one.name: one for one in columns}}
    return {name: Shape(name, own, ("id",), **more)}  # type: ignore[arg-type]


def kinds(moves: tuple[object, ...]) -> list[str]:
    return [type(move).__name__ for move in moves]


def test_two_states_alike_need_no_file() -> None:
    one = shape("posts", table.text("a"))

    found = plan(one, one)

    assert (found.differences, found.problems, found.files) == ((), (), ())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (table.small("a"), table.integer("a"), None),
        (table.integer("a"), table.big("a"), None),
        (table.big("a"), table.integer("a"), "drop"),
        (table.integer("a"), table.string("a", 11), None),
        (table.integer("a"), table.string("a", 10), "drop"),
        (table.integer("a"), table.decimal("a", 14, 3), None),
        (table.integer("a"), table.decimal("a", 13, 3), "drop"),
        (table.decimal("a", 9, 2), table.decimal("a", 10, 3), None),
        (table.decimal("a", 9, 2), table.decimal("a", 9, 3), "drop"),
        (table.decimal("a", 9, 2), table.integer("a"), "drop"),
        (table.double("a"), table.text("a"), "hand"),
        (table.string("a", 9), table.text("a"), None),
        (table.text("a"), table.string("a", 9), "drop"),
        (table.text("a"), table.json("a"), "hand"),
        (table.boolean("a"), table.integer("a"), "hand"),
        (table.big("a"), table.id("a"), "hand"),
        (table.string("a", 9, null=True), table.string("a", 9), "null"),
        (table.string("a", 9), table.string("a", 9, null=True), None),
    ],
)
def test_a_change_of_type_is_written_where_no_value_can_be_lost(
    old: Column, new: Column, problem: str | None
) -> None:
    found = plan(shape("posts", new), shape("posts", old))

    assert [one.kind for one in found.problems] == ([problem] if problem else [])
    assert len(found.files) == (problem is None)


def test_another_primary_key_is_for_a_person_to_write() -> None:
    was = shape("posts", table.string("code", 9))
    now = {"posts": replace(was["posts"], primary=("code",))}

    (problem,) = plan(now, was, Choices(drop=True)).problems

    assert problem.text == "posts: its primary key is (id), and is to be (code)"


def test_a_table_that_no_downgrade_could_bring_back_is_not_dropped() -> None:
    was = shape("posts", beyond={"t": "the trigger t"})

    (problem,) = plan({}, was, Choices(drop=True)).problems

    assert (problem.kind, "the trigger t" in problem.text) == ("hand", True)


def test_what_has_no_word_is_let_be() -> None:
    was = shape("posts", table.text("a"), keys=(Key(("odd",), "index"),), beyond={"odd": "odd"})
    now = shape("posts", table.text("a"), table.text("odd"))

    assert compare(now, was) == []


def test_a_default_that_no_model_insists_on_is_let_be_unless_both_differ() -> None:
    was = shape("posts", table.integer("a", default=1), table.integer("b"))
    loose = frozenset({"a", "b"})
    silent = shape("posts", table.integer("a"), table.integer("b", default=2), loose=loose)
    other = shape("posts", table.integer("a", default=2), table.integer("b"), loose=loose)

    assert compare(silent, was) == []
    assert [one.what for one in compare(other, was)] == ["posts.a"]
    assert [one.what for one in compare(shape("posts", *BOTH), was)] == ["posts.a"]


BOTH = (table.integer("a"), table.integer("b"))


def test_an_index_more_over_a_reference_is_let_be_and_one_that_it_needs_is_not() -> None:
    to = (Reference("a_id", "others"),)
    unique, index = Key(("a_id", "b"), "unique"), Key(("a_id",), "index")
    columns = (table.big("a_id"), table.big("b"))

    def posts(*keys: Key) -> dict[str, Shape]:
        return shape("posts", *columns, references=to, keys=keys)

    assert compare(posts(unique), posts(unique, index)) == []
    assert [one.wanted for one in compare(posts(index), posts())] == [index]


def test_a_lost_unique_key_over_a_reference_leaves_it_an_index_first() -> None:
    to = (Reference("a_id", "others"),)
    unique, index = Key(("a_id", "b"), "unique"), Key(("a_id",), "index")
    columns = (table.big("a_id"), table.big("b"))
    was = shape("posts", *columns, references=to, keys=(unique,)) | shape("others")
    now = shape("posts", *columns, references=to, keys=(index,)) | shape("others")

    (file,) = plan(now, was).files

    assert file.up == (made.AddKey("posts", index), made.DropKey("posts", unique))
    assert file.down == (made.AddKey("posts", unique), made.DropKey("posts", index))


def test_a_reference_steps_aside_while_its_column_changes_and_its_index_comes_back() -> None:
    to = (Reference("a_id", "others"),)
    keys = (Key(("a_id",), "index"), Key(("a_id", "b"), "unique"))

    def posts(null: bool) -> dict[str, Shape]:
        columns = (table.big("a_id", null=null), table.big("b"))
        return shape("posts", *columns, references=to, keys=keys) | shape("others")

    (file,) = plan(posts(null=True), posts(null=False)).files

    assert kinds(file.up) == ["DropForeign", "ChangeColumn", "AddKey", "AddForeign"]
    assert kinds(file.down) == ["DropForeign", "SetNulls", "ChangeColumn", "AddKey", "AddForeign"]
    nulls = next(move for move in file.down if isinstance(move, SetNulls))
    assert nulls.value["sqlite"] == '(SELECT min("id") FROM "others")'


def test_a_moment_worked_out_by_the_database_is_added_in_three_steps() -> None:
    now = shape("posts", table.moment("at", default=NOW), table.moment("seen", null=True))

    (file,) = plan(now, shape("posts")).files

    assert kinds(file.up) == ["AddColumn", "SetNulls", "ChangeColumn", "AddColumn"]
    assert file.down == (made.DropColumn("posts", ("at", "seen")),)


def test_without_a_value_a_split_leaves_not_null_to_a_second_file() -> None:
    now = shape("posts", table.text("a"), table.text("b", null=True))

    first, second = plan(now, shape("posts"), Choices(split=True)).files

    assert kinds(first.up) == ["AddColumn", "AddColumn"]
    assert second.up == (made.ChangeColumn("posts", table.text("a")),)
    assert second.down == (made.ChangeColumn("posts", table.text("a", null=True)),)


def test_a_value_that_was_said_fills_the_rows_in_one_file() -> None:
    said = Choices(fills={("posts", "a"): everywhere("'x'")})

    (file,) = plan(shape("posts", table.text("a")), shape("posts"), said).files

    assert file.up == (
        made.AddColumn("posts", table.text("a", null=True)),
        SetNulls("posts", "a", everywhere("'x'")),
        made.ChangeColumn("posts", table.text("a")),
    )


def test_a_constant_of_pythons_fills_a_new_column_and_never_what_may_be_null_by_now() -> None:
    fills = {"a": everywhere("'x'")}
    now = shape("posts", table.text("a"), fills=fills)

    assert kinds(plan(now, shape("posts")).files[0].up) == ["AddColumn", "SetNulls", "ChangeColumn"]
    (problem,) = plan(now, shape("posts", table.text("a", null=True))).problems
    assert problem.kind == "null"


def test_a_unique_column_comes_back_with_another_value_in_each_row() -> None:
    was = shape("posts", table.string("a", 9), keys=(Key(("a",), "unique"),))

    (file,) = plan(shape("posts"), was, Choices(drop=True)).files

    value = numbered(table.string("a", 9))
    assert value is not None
    assert SetNulls("posts", "a", value) in file.down


def test_renames_come_first_and_are_undone_last() -> None:
    was = shape("posts", table.text("a")) | shape(
        "notes", table.big("post_id"), references=TO_POSTS
    )
    now = shape("items", table.text("b"), table.text("c", null=True))
    now |= shape("notes", table.big("post_id"), references=(Reference("post_id", "items"),))
    told = Choices(renames=(Rename("posts", "b", "a"), Rename("posts", "items")))

    (file,) = plan(now, was, told).files

    assert kinds(file.up) == ["RenameTable", "RenameColumn", "AddColumn"]
    assert kinds(file.down) == ["DropColumn", "RenameColumn", "RenameTable"]


TO_POSTS = (Reference("post_id", "posts"),)


def test_only_renames_can_be_undone_by_name() -> None:
    with pytest.raises(TypeError):
        undone([made.DropTable("posts")])


def test_what_is_said_to_be_no_rename_is_not_asked_again() -> None:
    was, now = (
        shape("posts", table.text("a", null=True)),
        shape("posts", table.text("b", null=True)),
    )
    rename = Rename("posts", "b", "a")

    first = plan(now, was)
    second = plan(now, was, Choices(apart=frozenset({rename})))

    assert [one.rename for one in first.problems] == [rename, None]
    assert [one.kind for one in second.problems] == ["drop"]


def test_tables_of_one_circle_are_still_put_in_an_order() -> None:
    one = shape("ones", references=(Reference("two_id", "twos"),))["ones"]
    two = shape("twos", references=(Reference("one_id", "ones"), Reference("own_id", "twos")))[
        "twos"
    ]

    assert {found.name for found in ordered([one, two])} == {"ones", "twos"}


def test_checks_come_and_go_only_where_somebody_says_so() -> None:
    rule = Check("posts_a", "a > 0")
    was, now = shape("posts"), shape("posts", checks=(rule,))

    (file,) = plan(now, was).files
    assert (file.up, file.down) == (
        (made.AddCheck("posts", rule),),
        (made.DropCheck("posts", rule),),
    )
    assert compare(was, now) == []
    assert compare(was, now, exact=True) == [Difference("posts", None, rule)]


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (table.decimal("a", 9, 2), "decimal 9,2, not null"),
        (table.string("a", 9, null=True, default="x"), "string 9, null, default 'x'"),
        (table.moment("a", default=NOW), "moment, not null, default now"),
        (table.unique("a", "b"), "unique (a, b)"),
        (table.foreign("a_id", "others"), "a_id refers to others.id, on delete cascade"),
        (table.check("rule", "a > 0"), "check rule"),
        (shape("posts")["posts"], "table posts"),
    ],
)
def test_everything_that_differs_has_words(thing: Column, words: str) -> None:
    assert named(thing) == words
    assert Difference("posts", thing, None).what.startswith("posts")
