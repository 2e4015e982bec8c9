"""What a backup owes: the same rows and uploads back, into any database, or nothing at all."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from pkg.database import Database, Dialect
from pkg.migrate import Migrator
from pkg.testing import require
from pkg.transfer import (
    Archive,
    Backup,
    ChecksumsDiffer,
    Manifest,
    Restore,
    Restored,
    TransferRefused,
    Watch,
    Writer,
    applied_in,
    level,
    ordered,
    seeded,
    tables_in,
    tables_of,
)
from tests.contract.migrations import migration, package
from tests.contract.moved import FILES, LAST, PEOPLE, VALUES, fill, opened, silent, state
from tests.databases import DIALECTS

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
UPLOADS = {"ab/ab12.png": b"png" * 9999, "cd/cd34-64.webp": b""}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with package(tmp_path_factory.mktemp("files"), FILES) as name:
        yield name


@pytest.fixture(params=DIALECTS)
async def filled(
    request: pytest.FixtureRequest, files: str, tmp_path: Path
) -> AsyncIterator[Database]:
    """A database of each dialect, with rows."""
    if request.param != "sqlite":
        require(request.param)
    async with opened(request.param, tmp_path) as database:
        await fill(database, files)
        yield database


@pytest.fixture
async def small(files: str, tmp_path: Path) -> AsyncIterator[Database]:
    """A file, with rows."""
    async with opened("sqlite", tmp_path) as database:
        await fill(database, files)
        yield database


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    for name, content in UPLOADS.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(content)
    (folder / "ab" / ".half.part").write_bytes(b"half-written")
    (folder / "ab" / "elsewhere.png").symlink_to("/etc/hostname")
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.zip"


async def backed(
    database: Database,
    files: str,
    file: Path,
    *,
    uploads: Path | None = None,
    watch: Watch = silent,
) -> Manifest:
    """Backs up, as the command does."""
    with database.active():
        migrations, tables = await applied_in(database, files), await tables_in(database)
    async with tables_of(database) as reader:
        backup = Backup(reader, migrations=migrations, at=AT, watch=watch)
        return await backup.run(tables, file, uploads=uploads)


async def nothing(_: Writer) -> None:
    """Ends a restore."""


async def restored(
    database: Database,
    files: str,
    file: Path,
    *,
    uploads: Path | None = None,
    force: bool = False,
    finish: Callable[[Writer], Awaitable[None]] = nothing,
) -> Restored:
    """Restores, as the command does."""
    archive = archive_of(file)
    archive.verify(silent)
    applied = archive.manifest.migrations
    with database.active():
        await level(database, files, applied)
        tables, free = await tables_in(database), await seeded(files, applied)
    async with tables_of(database) as writer:
        restore = Restore(archive, writer, tables, finish=finish, watch=silent)
        return await restore.run(free=free, uploads=uploads, force=force)


async def next_team(database: Database) -> int:
    """Answers the id that a new row gets."""
    with database.active():
        await database.execute("INSERT INTO teams (name) VALUES ('new')")
        found = await database.rows("SELECT max(id) FROM teams")
    return int(found[0][0])


def archive_of(file: Path) -> Archive:
    return Archive(BytesIO(file.read_bytes()))


def put(file: Path, content: bytes) -> bytes:
    file.write_bytes(content)
    return content


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def halves(file: Path) -> list[str]:
    """Answers what is left of files that never got their name."""
    return [path.name for path in file.parent.glob("*.part")]


def content_of(folder: Path) -> dict[str, bytes]:
    """Answers every file below *folder*."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("into", DIALECTS)
async def test_what_is_restored_is_what_was_there_whatever_the_databases(
    filled: Database, into: Dialect, files: str, file: Path, tmp_path: Path
) -> None:
    if into != "sqlite":
        require(into)
    before = await state(filled)

    manifest = await backed(filled, files, file)
    async with opened(into, tmp_path) as other:
        found = await restored(other, files, file)

        assert await state(other) == before
        assert await next_team(other) == LAST + 1
    assert {one.name: (one.rows, one.checksum) for one in found.tables} == before
    assert {one.name: (one.rows, one.checksum) for one in manifest.tables} == before
    assert before["people"][0] == PEOPLE
    assert before["values_of"][0] == len(VALUES)


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_circle_that_no_restore_could_close_is_refused_before_a_file_is_written(
    dialect: Dialect, file: Path, tmp_path: Path
) -> None:
    if dialect != "sqlite":
        require(dialect)
    circle = migration(
        """schema.create_table("hens", table.id(), table.big("egg_id"))
schema.create_table("eggs", table.id(), table.big("hen_id"), table.foreign("hen_id", "hens"))
await schema.add_foreign("hens", table.foreign("egg_id", "eggs"))"""
    )
    with package(tmp_path, {"0001_circle": circle}) as name:
        async with opened(dialect, tmp_path) as database:
            with database.active():
                await Migrator(database, name).up()

            with pytest.raises(TransferRefused, match=r"eggs|hens"):
                await backed(database, name, file)

    assert halves(file) == []
    with pytest.raises(FileNotFoundError):
        archive_of(file)


async def test_a_backup_is_for_its_owner_alone_and_readable_by_others_tools(
    small: Database, files: str, file: Path
) -> None:
    manifest = await backed(small, files, file)

    assert mode_of(file) == 0o600
    assert halves(file) == []
    with zipfile.ZipFile(file) as packed:
        assert packed.namelist()[-1] == "manifest.json"
        said = json.loads(packed.read("manifest.json"))
        lines = packed.read("tables/seeds.jsonl").splitlines()
    assert said["migrations"] == ["0001_first", "0002_second"]
    assert said["made_at"] == "2026-11-30T12:00:00Z"
    assert [json.loads(line) for line in lines] == [["made by the migration"]]
    assert manifest.uploads is None


async def test_what_is_written_meanwhile_is_not_in_it(
    small: Database, files: str, file: Path
) -> None:
    before = await state(small)

    with closing(sqlite3.connect(small.address.where, isolation_level=None)) as other:

        def write(stage: str, table: str, done: int, of: int) -> None:
            other.execute('INSERT INTO "values_of" (word) VALUES (?)', [table])

        manifest = await backed(small, files, file, watch=write)

    assert {one.name: (one.rows, one.checksum) for one in manifest.tables} == before
    assert (await state(small))["values_of"] != before["values_of"]


async def test_a_full_database_is_refused_and_stays_as_it_was(
    filled: Database, files: str, file: Path
) -> None:
    await backed(filled, files, file)
    with filled.active():
        await filled.execute("DELETE FROM pairs")
    before = await state(filled)

    with pytest.raises(TransferRefused, match=r"not empty: .*say --force"):
        await restored(filled, files, file)
    assert await state(filled) == before

    await restored(filled, files, file, force=True)
    assert (await state(filled))["pairs"] != before["pairs"]


async def test_one_that_fails_at_its_end_leaves_the_database_as_it_was(
    filled: Database, files: str, file: Path
) -> None:
    await backed(filled, files, file)
    with filled.active():
        await filled.execute("DELETE FROM pairs")
    before = await state(filled)

    async def fail(_: Writer) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        await restored(filled, files, file, force=True, finish=fail)

    assert await state(filled) == before
    assert await next_team(filled) == LAST + 1


async def test_one_that_fails_gives_no_id_again_that_was_given_since_the_backup(
    filled: Database, files: str, file: Path
) -> None:
    await backed(filled, files, file)
    assert await next_team(filled) == LAST + 1

    async def fail(_: Writer) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        await restored(filled, files, file, force=True, finish=fail)

    assert await next_team(filled) == LAST + 2


async def test_once_it_is_committed_no_id_of_a_row_is_given_again(
    filled: Database, files: str, file: Path
) -> None:
    await backed(filled, files, file)
    with filled.active():
        (teams,) = [one for one in await tables_in(filled) if one.name == "teams"]
    counted: list[int] = []

    async def look(writer: Writer) -> None:  # who is killed now has committed, and no more
        counted.append(await writer.counter(teams))

    await restored(filled, files, file, force=True, finish=look)

    # MySQL cannot set it within a transaction, and counts on from the highest row.
    assert counted == [LAST] if filled.dialect != "mysql" else counted[0] >= 2


async def test_rows_that_are_not_kept_as_they_were_are_taken_back(
    small: Database, files: str, file: Path, tmp_path: Path
) -> None:
    await backed(small, files, file)
    async with opened("sqlite", tmp_path) as other:
        with other.active():
            await Migrator(other, files).up()
            await other.execute(
                "CREATE TRIGGER spoils AFTER INSERT ON seeds BEGIN DELETE FROM pairs; END"
            )
        before = await state(other)

        with pytest.raises(ChecksumsDiffer, match="does not hold what was written: pairs"):
            await restored(other, files, file)

        assert await state(other) == before


async def test_uploads_come_back_and_links_and_halves_were_never_in_it(
    small: Database, files: str, file: Path, uploads: Path, tmp_path: Path
) -> None:
    manifest = await backed(small, files, file, uploads=uploads)
    async with opened("sqlite", tmp_path) as other:
        found = await restored(other, files, file, uploads=tmp_path / "there")

    assert content_of(tmp_path / "there") == UPLOADS
    assert manifest.uploads is not None
    assert manifest.uploads.files == found.written == len(UPLOADS)
    assert mode_of(tmp_path / "there" / "ab" / "ab12.png") == 0o600


async def test_a_newer_upload_is_left_alone_unless_it_is_forced(
    small: Database, files: str, file: Path, uploads: Path
) -> None:
    await backed(small, files, file, uploads=uploads)
    newer = uploads / "ab" / "ab12.png"
    newer.write_bytes(b"newer")
    os.utime(newer, (AT.timestamp() * 2, AT.timestamp() * 2))

    with small.active():
        for table in ("pairs", "values_of", "teams", "people"):
            await small.execute(f"DELETE FROM {table}")
    found = await restored(small, files, file, uploads=uploads)
    assert (found.written, found.kept) == (1, 1)
    assert newer.read_bytes() == b"newer"

    found = await restored(small, files, file, uploads=uploads, force=True)
    assert (found.written, found.kept) == (2, 0)
    assert newer.read_bytes() == UPLOADS["ab/ab12.png"]


async def test_no_upload_leaves_its_folder_by_a_link(
    small: Database, files: str, file: Path, uploads: Path, tmp_path: Path
) -> None:
    await backed(small, files, file, uploads=uploads)
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "ab").symlink_to(outside)

    with pytest.raises(TransferRefused, match="leads out of"):
        await restored(small, files, file, uploads=tmp_path / "there", force=True)

    assert content_of(outside) == {}


async def test_a_backup_of_a_newer_release_is_refused(
    small: Database, files: str, file: Path, tmp_path: Path
) -> None:
    await backed(small, files, file)
    with package(tmp_path, {"0001_first": FILES["0001_first"]}) as older:
        async with opened("sqlite", tmp_path) as other:
            with pytest.raises(TransferRefused, match="does not know the migrations 0002_second"):
                await restored(other, older, file)


async def test_a_backup_of_an_older_release_is_restored_at_its_migrations(
    files: str, file: Path, tmp_path: Path
) -> None:
    async with opened("sqlite", tmp_path) as old:
        with old.active():
            await Migrator(old, files).up(step=1)
        await backed(old, files, file)

    async with opened("sqlite", tmp_path) as other:
        await restored(other, files, file)

        with other.active():
            assert await Migrator(other, files).pending() == ["0002_second"]


async def test_a_disk_that_is_full_leaves_the_backup_before(
    small: Database, files: str, file: Path, uploads: Path
) -> None:
    before = put(file, b"the one before")

    def full(stage: str, table: str, done: int, of: int) -> None:
        if table == "uploads":
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        await backed(small, files, file, uploads=uploads, watch=full)

    assert content_of(file.parent)[file.name] == before
    assert halves(file) == []


async def test_a_folder_of_uploads_that_was_never_made_has_none(
    small: Database, files: str, file: Path, tmp_path: Path
) -> None:
    manifest = await backed(small, files, file, uploads=tmp_path / "nowhere")

    assert manifest.uploads is not None
    assert manifest.uploads.files == 0
    assert archive_of(file).uploads == []


async def test_tables_of_a_backup_are_those_of_the_database(
    small: Database, files: str, file: Path
) -> None:
    await backed(small, files, file)
    with small.active():
        tables = ordered(await tables_in(small))
    async with tables_of(small) as writer:
        with (
            file.open("rb") as packed,
            pytest.raises(TransferRefused, match="has the tables seeds"),
        ):
            Restore(
                Archive(packed),
                writer,
                [table for table in tables if table.name != "seeds"],
                finish=lambda _: None,  # type: ignore[arg-type,return-value]  # it never comes to it
                watch=silent,
            )
