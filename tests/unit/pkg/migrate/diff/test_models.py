"""What models ask for, read from their classes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pkg.migrate import table
from pkg.migrate.diff import Shape
from pkg.migrate.errors import CannotDescribe
from pkg.migrate.table import NOW, Check, Column, Key, Reference
from tests.contract.drafts import Project, model, project
from tests.databases import opened

ENUMS = """

from enum import Enum, IntEnum


class Colour(str, Enum):
    RED = "red"


class Size(IntEnum):
    SMALL = 1
"""


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path) as one:
        yield one


def one(made: Project, *body: str, meta: tuple[str, ...] = (), more: tuple[str, ...] = ()) -> Shape:
    """Answers the shape of a model with these lines."""
    return made.wanted(*more, model("One", "ones", *body, meta=meta))["ones"]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("x = fields.CharField(max_length=9, default='a')", table.string("x", 9, default="a")),
        ("x = fields.CharField(max_length=9, default=str)", table.string("x", 9)),
        ('x = fields.CharField(max_length=9, default="it\'s")', table.string("x", 9)),
        ("x = fields.CharField(max_length=9, source_field='y')", table.string("y", 9)),
        (
            "x = fields.CharEnumField(Colour, default=Colour.RED)",
            table.string("x", 3, default="red"),
        ),
        ("x = fields.IntEnumField(Size, default=Size.SMALL)", table.small("x", default=1)),
        ("x = fields.BooleanField(default=False)", table.boolean("x", default=False)),
        ("x = fields.TimeDeltaField(null=True)", table.big("x", null=True)),
        ("x = fields.DecimalField(max_digits=9, decimal_places=3)", table.decimal("x", 9, 3)),
        ("x = fields.TextField(default='a')", table.text("x")),
        ("x = fields.DatetimeField(auto_now=True)", table.moment("x", default=NOW)),
        ("x = fields.DatetimeField(db_default=Now())", table.moment("x", default=NOW)),
        ("x = fields.DatetimeField(null=True)", table.moment("x", null=True)),
        ("x: int = fields.IntField(db_default=3)", table.integer("x", default=3)),
        ("x = fields.UUIDField()", table.uuid("x")),
    ],
)
def test_a_field_asks_for_a_column(made: Project, line: str, column: Column) -> None:
    head = ENUMS + "from tortoise.fields.db_defaults import Now\n"

    shape = one(made, line, more=(head,))

    assert shape.columns[column.name] == column


def test_only_a_default_said_to_be_the_databases_is_insisted_on(made: Project) -> None:
    shape = one(
        made,
        "a: int = fields.IntField(default=3)",
        "b: int = fields.IntField(db_default=3)",
        "c: int = fields.IntField()",
    )

    assert shape.loose == {"id", "a", "c"}


def test_a_default_that_no_database_can_be_told_is_what_rows_get(made: Project) -> None:
    shape = one(
        made,
        "a = fields.TextField(default='it')",
        "b = fields.DecimalField(max_digits=9, decimal_places=2, default=Decimal('1.5'))",
        "c: dict[str, int] = fields.JSONField(default=dict)",
        "d: int = fields.IntField(default=3)",
        more=("\n\nfrom decimal import Decimal\n",),
    )

    assert {name: value["mysql"] for name, value in shape.fills.items()} == {
        "a": "'it'",
        "b": "'1.5'",
    }


@pytest.mark.parametrize(
    ("line", "primary", "columns"),
    [
        ("id: int = fields.IntField(primary_key=True)", ("id",), [Column("id", "id")]),
        (
            "name = fields.CharField(max_length=9, primary_key=True)",
            ("name",),
            [table.string("name", 9)],
        ),
        (
            "n: int = fields.BigIntField(primary_key=True, generated=False)",
            ("n",),
            [table.big("n")],
        ),
    ],
)
def test_a_primary_key_is_an_id_where_the_database_gives_it(
    made: Project, line: str, primary: tuple[str, ...], columns: list[Column]
) -> None:
    text = f"\n\nclass One(Model):\n    {line}\n\n    class Meta:\n        table = 'ones'\n"

    shape = made.wanted(text)["ones"]

    assert shape.primary == primary
    assert [*shape.columns.values()] == columns
    assert shape.keys == ()


def test_a_reference_has_the_type_of_what_it_refers_to_and_an_index(made: Project) -> None:
    other = model("Other", "others", "code = fields.CharField(max_length=7, unique=True)")
    shape = one(
        made,
        "a = fields.ForeignKeyField('models.Other', related_name=False)",
        "b = fields.ForeignKeyField('models.Other', to_field='code', related_name=False, null=True,"
        " on_delete=fields.RESTRICT, source_field='b_code')",
        "c = fields.ForeignKeyField('models.Other', db_constraint=False, related_name=False)",
        "d = fields.OneToOneField('models.Other', related_name=False)",
        meta=('unique_together = (("a", "b"),)',),
        more=(other,),
    )

    assert [*shape.columns.values()][1:] == [
        table.big("a_id"),
        table.string("b_code", 7, null=True),
        table.big("c_id"),
        table.big("d_id"),
    ]
    assert shape.references == (
        Reference("a_id", "others"),
        Reference("b_code", "others", "code", "restrict"),
        Reference("d_id", "others"),
    )
    assert set(shape.keys) == {
        Key(("d_id",), "unique"),
        Key(("a_id", "b_code"), "unique"),  # serves the reference of a_id
        Key(("b_code",), "index"),
    }


def test_a_reference_to_a_row_that_is_a_reference_itself_ends_at_the_first(made: Project) -> None:
    text = (
        "\n\nclass Two(Model):\n"
        "    one = fields.OneToOneField('models.One', primary_key=True, related_name=False)\n\n"
        "    class Meta:\n        table = 'twos'\n"
    )
    three = model(
        "Three", "threes", "two = fields.ForeignKeyField('models.Two', related_name=False)"
    )

    shapes = made.wanted(model("One", "ones"), text, three)

    assert shapes["twos"].primary == ("one_id",)
    assert shapes["threes"].columns["two_id"] == table.big("two_id")
    assert shapes["threes"].references == (Reference("two_id", "twos", "one_id"),)


def test_keys_and_checks_of_meta_are_read_and_what_has_no_word_is_not(made: Project) -> None:
    partial = 'PartialIndex(fields=["b"], condition={"a": 1})'
    whole = 'PartialIndex(fields=["a"])'
    unique = 'UniqueConstraint(("b",), "b_one"), UniqueConstraint(("a",), "some", "b > 0")'
    shape = one(
        made,
        "a: int = fields.IntField()",
        "b: int = fields.IntField()",
        meta=(
            'unique_together = ("a", "b")',
            f'indexes = [("a",), Index(fields=["b"], name="by_b"), {whole}, {partial}]',
            f'constraints = [CheckConstraint("a > 0", "a_is"), {unique}]',
        ),
        more=("\n\nfrom tortoise.indexes import PartialIndex\n",),
    )

    assert set(shape.keys) == {
        Key(("a", "b"), "unique"),
        Key(("a",), "index"),
        Key(("b",), "index", "by_b"),
        Key(("b",), "unique", "b_one"),
    }
    assert shape.checks == (Check("a_is", "a > 0"),)


def test_a_key_whose_name_would_be_too_long_is_given_another_that_stays(made: Project) -> None:
    long = [f"{'a_rather_long_name'}_{n}" for n in range(4)]
    lines = [f"{name}: int = fields.IntField()" for name in long]

    first = one(made, *lines, meta=(f"indexes = [{tuple(long)!r}]",))
    again = one(made, *lines, meta=(f"indexes = [{tuple(long)!r}]",))

    assert len(first.keys[0].name) == 63
    assert first.keys == again.keys


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("x = fields.TimeField()", "One.x is a TimeField"),
        ("x = fields.ForeignKeyField('models.No')", "One refers to models.No"),
        (
            "x = fields.ForeignKeyField('models.One', on_delete=fields.SET_DEFAULT)",
            "on_delete=SET_DEFAULT",
        ),
    ],
)
def test_what_the_builder_has_no_word_for_is_told(made: Project, line: str, told: str) -> None:
    with pytest.raises(CannotDescribe, match=told):
        one(made, line)


async def test_models_are_read_alike_before_and_after_a_database_has_opened_them(
    made: Project, tmp_path: Path
) -> None:
    other = model("Other", "others", "ones = fields.ManyToManyField('models.One')")
    parts = (
        model("One", "ones", "x = fields.CharField(max_length=3, unique=True)"),
        other,
        model(
            "Two",
            "twos",
            "one = fields.ForeignKeyField('models.One', source_field='o')",
            "other = fields.OneToOneField('models.Other', to_field='id', null=True)",
        ),
    )
    before = made.wanted(*parts)
    name = made.imported

    async with opened(f"sqlite:///{tmp_path}/x.sqlite3", models=[name]):
        after = made.described(name)

    assert after == before
    assert set(before) == {"ones", "others", "twos", "others_ones"}
