"""The laws of `migrate diff`: what it writes brings every database to what the models ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.console.migrations.scratch import made_by
from pkg.database import Database
from pkg.migrate import table
from pkg.migrate.diff import Choices, Rename, Shape, compare, plan, read_value
from tests.contract.drafts import Project, model, project
from tests.databases import DIALECTS, blank, opened

EVERYTHING = (
    "title = fields.CharField(max_length=40, default='new')",
    "code = fields.CharField(max_length=8, null=True, unique=True)",
    "body = fields.TextField()",
    "rank: int = fields.SmallIntField(default=-3)",
    "copies: int = fields.IntField(null=True, db_index=True)",
    "total: int = fields.BigIntField(default=0)",
    "is_open = fields.BooleanField(default=True)",
    "weight = fields.FloatField(null=True)",
    "price = fields.DecimalField(max_digits=10, decimal_places=3)",
    "cover = fields.BinaryField(null=True)",
    "at = fields.DatetimeField(auto_now_add=True)",
    "day = fields.DateField()",
    "extra: dict[str, int] = fields.JSONField(default=dict)",
    "ref = fields.UUIDField()",
    "order: int = fields.IntField(default=0)",
)
AUTHOR = model("Author", "authors", "name = fields.CharField(max_length=40)")
WRITER = "author = fields.ForeignKeyField('models.Author', related_name=False)"
BOOK = model("Book", "books", *EVERYTHING, WRITER, meta=['unique_together = (("title", "ref"),)'])
ROW = (
    "INSERT INTO books (body, price, day, extra, ref, author_id) VALUES "
    "('x', '1.5', '2026-01-31', '{}', '00000000-0000-0000-0000-00000000000%d', 1)"
)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path) as one:
        yield one


@pytest.fixture(params=DIALECTS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with blank(request.param, tmp_path) as url, opened(url) as one:
        yield one


async def round_trip(made: Project, database: Database, *models: str, names: list[str]) -> None:
    """Applies *names*, takes them back and applies them again; the tables follow each time."""
    migrator, before = made.migrator(database), await made.shapes(database, [])
    files = sorted(path.stem for path in made.path.glob("0*.py"))
    wanted = made.wanted(*models)

    await migrator.up()
    assert await made.drift(database, wanted, files) == []
    first = await made.shapes(database, files)

    await migrator.down(step=len(names))
    assert compare(before, await made.shapes(database, []), exact=True) == []

    await migrator.up()
    assert compare(first, await made.shapes(database, files), exact=True) == []


async def test_tables_are_made_as_their_models_say_and_checked_clean(
    made: Project, database: Database
) -> None:
    names = await made.write(AUTHOR, BOOK)

    assert (await made.plan(AUTHOR, BOOK)).differences == ()
    await round_trip(made, database, AUTHOR, BOOK, names=names)


async def grown(made: Project, database: Database) -> None:
    """Applies what AUTHOR and BOOK need, and puts an author and two books in."""
    await made.write(AUTHOR, BOOK)
    await made.migrator(database).up()
    await database.execute("INSERT INTO authors (name) VALUES ('Ann')")
    for number in (1, 2):
        await database.execute(ROW % number)


async def test_columns_keys_and_references_follow_the_models_with_rows_in_place(
    made: Project, database: Database
) -> None:
    await grown(made, database)
    changed = (
        "title = fields.CharField(max_length=80, default='newer')",  # wider, another default
        "code = fields.CharField(max_length=8, null=True)",  # no key any more
        "body = fields.TextField(null=True)",
        "rank: int = fields.IntField(default=-3, db_index=True)",  # a wider type, and a key
        "copies: int = fields.IntField(null=True, unique=True)",  # another kind of key
        "subtitle = fields.CharField(max_length=40, null=True)",
        "seen_at = fields.DatetimeField(auto_now=True)",
        "is_old = fields.BooleanField(default=False)",
        "order: int = fields.IntField(default=0)",
        "price = fields.DecimalField(max_digits=12, decimal_places=4)",
    )
    writer = (
        "author = fields.ForeignKeyField('models.Author', related_name=False, null=True,"
        " on_delete=fields.SET_NULL)"
    )
    editor = "editor = fields.ForeignKeyField('models.Author', related_name=False, null=True)"
    tag = model("Tag", "tags", "book = fields.ForeignKeyField('models.Book', related_name=False)")
    book = model("Book", "books", *changed, writer, editor)

    names = await made.write(AUTHOR, book, tag, choices=Choices(drop=True))

    assert len(names) == 1
    await round_trip_with_rows(made, database, AUTHOR, book, tag, names=names)


async def round_trip_with_rows(
    made: Project, database: Database, *models: str, names: list[str], table: str = "books"
) -> None:
    """As `round_trip`, from what stands in the database on; no row is lost on the way."""
    migrator, wanted = made.migrator(database), made.wanted(*models)
    files = sorted(path.stem for path in made.path.glob("0*.py"))
    earlier = [name for name in files if name not in names]
    before = await made.shapes(database, earlier)

    await migrator.up()
    assert await made.drift(database, wanted, files) == []
    assert await made.drift(database, await made_by(made.package), files) == []
    first = await made.shapes(database, files)

    await migrator.down(step=len(names))
    assert compare(before, await made.shapes(database, earlier), exact=True) == []

    await migrator.up()
    assert compare(first, await made.shapes(database, files), exact=True) == []
    rows = await database.fetch(f"SELECT count(*) AS n FROM {table}")
    assert rows[0]["n"] == 2


async def test_tables_and_columns_are_renamed_only_when_told_and_keep_their_rows(
    made: Project, database: Database
) -> None:
    await grown(made, database)
    tome = BOOK.replace('"books"', '"tomes"').replace("title", "heading")
    writer = AUTHOR.replace("name =", "pen_name =").replace('"authors"', '"writers"')
    told = Choices(
        renames=(
            Rename("books", "tomes"),
            Rename("books", "heading", "title"),
            Rename("authors", "writers"),
            Rename("authors", "pen_name", "name"),
        )
    )

    names = await made.write(writer, tome, choices=told)

    await round_trip_with_rows(made, database, writer, tome, names=names, table="tomes")
    rows = await database.fetch("SELECT heading FROM tomes ORDER BY id")
    assert [row["heading"] for row in rows] == ["new", "new"]


@pytest.mark.parametrize("split", [False, True], ids=["default", "split"])
async def test_a_column_that_must_have_a_value_gets_it_before_it_must(
    made: Project, database: Database, split: bool
) -> None:
    await grown(made, database)
    more = (
        "stars: int = fields.IntField()",
        "lead = fields.TextField()",
        "tags: dict[str, int] = fields.JSONField()",
        "read_at = fields.DatetimeField()",
        "born = fields.DateField()",
        "token = fields.UUIDField()",
        "cost = fields.DecimalField(max_digits=8, decimal_places=2)",
        "is_new = fields.BooleanField()",
    )
    full = tuple(line.replace("null=True, unique", "unique") for line in EVERYTHING)
    book = model(
        "Book", "books", *full, *more, WRITER, meta=['unique_together = (("title", "ref"),)']
    )
    values = {
        "stars": "7", "lead": "it's", "tags": '{"a": 1}', "read_at": "now", "born": "2020-02-29",
        "token": "11111111-1111-1111-1111-111111111111", "cost": "9.50", "is_new": "true",
    }  # fmt: skip
    wanted = made.wanted(AUTHOR, book)["books"].columns
    fills = {("books", name): read_value(text, wanted[name]) for name, text in values.items()}

    if split:
        names = await made.write(AUTHOR, book, choices=Choices(split=True))
        await made.migrator(database).up(step=1)
        sets = ", ".join(
            f"{name} = {value[database.dialect]}" for (_, name), value in fills.items()
        )
        await database.execute(f"UPDATE books SET code = id, {sets}")
    else:
        await database.execute("UPDATE books SET code = id")
        fills["books", "code"] = read_value("x", wanted["code"])
        names = await made.write(AUTHOR, book, choices=Choices(fills=fills))

    assert len(names) == 1 + split
    await made.migrator(database).up()
    files = sorted(path.stem for path in made.path.glob("0*.py"))
    assert await made.drift(database, made.wanted(AUTHOR, book), files) == []
    rows = await database.fetch("SELECT stars, lead, born, is_new FROM books ORDER BY id")
    assert [(row["stars"], row["lead"], str(row["born"])) for row in rows] == [
        (7, "it's", "2020-02-29")
    ] * 2
    await made.migrator(database).down(step=len(names))
    assert (await database.fetch("SELECT count(*) AS n FROM books"))[0]["n"] == 2


async def test_tables_go_children_first_and_come_back_with_what_they_were(
    made: Project, database: Database
) -> None:
    await grown(made, database)
    other = model("Other", "others")

    names = await made.write(other, choices=Choices(drop=True))
    migrator = made.migrator(database)
    before = await made.shapes(database, ["0001_change"])
    await migrator.up()

    assert sorted(await made.shapes(database, [])) == ["others"]
    await migrator.down(step=len(names))
    assert compare(before, await made.shapes(database, ["0001_change"]), exact=True) == []


async def test_a_circle_of_references_is_made_and_taken_back(
    made: Project, database: Database
) -> None:
    def to(other: str) -> str:
        name = other.lower()
        return f"{name} = fields.ForeignKeyField('models.{other}', related_name=False, null=True)"

    own = model("One", "ones", to("Two")), model("Two", "twos", to("One"), to("Two"))

    names = await made.write(*own)

    await round_trip(made, database, *own, names=names)


async def test_between_two_models_stands_a_table_as_tortoise_names_it(
    made: Project, database: Database
) -> None:
    tag = model("Tag", "tags", "books = fields.ManyToManyField('models.Book')")

    names = await made.write(AUTHOR, BOOK, tag)

    assert set(made.wanted(AUTHOR, BOOK, tag)["tags_books"].columns) == {"tags_id", "book_id"}
    await round_trip(made, database, AUTHOR, BOOK, tag, names=names)


async def test_keys_of_meta_checks_and_names_too_long_are_made(
    made: Project, database: Database
) -> None:
    long = "a_rather_long_name_of_a_column_for_a_key"
    meta = [
        f'indexes = (Index(fields=["n"], name="by_n"), ("{long}", "n"))',
        'constraints = (UniqueConstraint(("n", "m"), "n_and_m"), CheckConstraint("n > 0", "n_is"))',
    ]
    body = (
        "n: int = fields.IntField()",
        "m: int = fields.IntField()",
        f"{long}: int = fields.IntField()",
    )
    one = model("One", "ones_with_a_long_name", *body, meta=meta)

    names = await made.write(one)

    await round_trip(made, database, one, names=names)
    plain = model("One", "ones_with_a_long_name", *body)
    names = await made.write(plain)
    assert names
    await made.migrator(database).up()
    left = (await made.shapes(database, ["0001_change"]))["ones_with_a_long_name"]
    assert left.keys == ()
    assert [check.name for check in left.checks] == ["n_is"]  # nobody said that it goes


async def test_what_the_builder_has_no_word_for_is_let_be_and_keeps_its_table(
    made: Project, database: Database
) -> None:
    await grown(made, database)
    for one in BY_HAND[database.dialect]:
        await database.execute(one)

    found = (await made.shapes(database, ["0001_change"]))["books"]
    drift = await made.drift(database, made.wanted(AUTHOR, BOOK), ["0001_change"])
    dropped = plan(made.wanted(AUTHOR), {"books": found, "authors": AUTHORS}, Choices(drop=True))

    assert drift == []
    assert len(found.beyond) == 3 + (database.dialect != "mysql")
    (problem,) = dropped.problems
    assert problem.kind == "hand"
    assert all(one in problem.text for one in found.beyond.values())


AUTHORS = Shape("authors", {"id": table.id(), "name": table.string("name", 40)}, ("id",))
TWICE = "ALTER TABLE books ADD COLUMN twice INT GENERATED ALWAYS AS (total * 2)"
BY_HAND = {
    "sqlite": (
        f"{TWICE} VIRTUAL",
        "ALTER TABLE books ADD COLUMN odd NUMERIC(3)",
        "CREATE INDEX part ON books (title) WHERE total > 0",
        "CREATE TRIGGER t AFTER DELETE ON books BEGIN DELETE FROM authors WHERE id < 0; END",
    ),
    "postgres": (
        f"{TWICE} STORED",
        "ALTER TABLE books ADD COLUMN odd CHAR(3)",
        "CREATE INDEX part ON books (title) WHERE total > 0",
        "ALTER TABLE books ADD CONSTRAINT by_hand CHECK (total >= 0)",
    ),
    "mysql": (
        f"{TWICE} VIRTUAL",
        "ALTER TABLE books ADD COLUMN odd CHAR(3)",
        "ALTER TABLE books ADD CONSTRAINT by_hand CHECK (total >= 0)",
    ),
}
