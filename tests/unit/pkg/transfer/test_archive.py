"""A backup as a file: what was changed, cut off or slipped in is not taken for what was there."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from pkg.transfer import Archive, BadBackup, Manifest, Sum
from pkg.transfer.archive import packed, written
from pkg.transfer.manifest import Shelf

LINES = [b'["%d","%s"]' % (number, b"tea" * number) for number in range(50)]
Members = dict[str, bytes]


def silent(*_: object) -> None:
    """Watches and says nothing."""


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "ab12.png").write_bytes(bytes(range(256)) * 40)
    return folder


@pytest.fixture
def backup(uploads: Path) -> bytes:
    """A whole one: a table and an upload."""
    file, total = BytesIO(), Sum()
    total.add(LINES)
    shelf = Shelf(
        name="cups",
        columns=(("id", "string", False), ("word", "text", True)),
        primary=("id",),
        rows=len(LINES),
        checksum=total.checksum,
        counter=0,
    )
    with packed(file) as pack:
        with pack.table("cups") as lines:
            lines.write(b"\n".join([*LINES, b""]))
        pack.seal(
            Manifest(
                made_at=datetime(2026, 11, 30, tzinfo=UTC),
                dialect="sqlite",
                migrations=("0001_cups",),
                tables=(shelf,),
                uploads=pack.uploads(uploads, silent),
            )
        )
    return file.getvalue()


def members_of(content: bytes) -> Members:
    with zipfile.ZipFile(BytesIO(content)) as zip:
        return {name: zip.read(name) for name in zip.namelist()}


def repacked(content: bytes, change: Callable[[Members], object]) -> BytesIO:
    """Answers a zip, whole as such, with what *change* makes of the members of *content*."""
    members, file = members_of(content), BytesIO()
    change(members)
    with zipfile.ZipFile(file, "w") as zip:
        for name, text in members.items():
            zip.writestr(name, text)
    return file


def test_a_whole_one_is_read_as_it_was_written(backup: bytes) -> None:
    archive = Archive(BytesIO(backup))

    archive.verify(silent)

    (shelf,) = archive.manifest.tables
    assert [line for some in archive.lines(shelf, 100) for line in some] == LINES
    assert archive.uploads == ["ab/ab12.png"]


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_part_of_one_is_none(backup: bytes, part: float) -> None:
    with pytest.raises(BadBackup, match="not a whole one"):
        Archive(BytesIO(backup[: int(len(backup) * part)]))


def test_what_is_no_zip_is_none() -> None:
    with pytest.raises(BadBackup, match="no backup"):
        Archive(BytesIO(b"SQLite format 3\0" * 100))


def test_no_changed_byte_of_rows_or_uploads_goes_by_unseen(backup: bytes) -> None:
    with zipfile.ZipFile(BytesIO(backup)) as zip:
        start = zip.getinfo("tables/cups.jsonl").header_offset + 60
        end = zip.getinfo("manifest.json").header_offset

    for place in range(start, end, 7):
        changed = backup[:place] + bytes([backup[place] ^ 0x10]) + backup[place + 1 :]
        try:
            archive = Archive(BytesIO(changed))
            archive.verify(silent)
        except BadBackup:
            continue
        assert members_of(changed) == members_of(backup)  # a byte of the zip, that says nothing


@pytest.mark.parametrize(
    "name",
    [
        *("uploads/../../evil.png", "/etc/evil", "uploads//evil", "uploads/ab/..", "evil.png"),
        *("uploads/C:evil", "uploads/a\\..\\evil", "uploads/.hidden", "uploads/", "tables/x.jsonl"),
    ],
)
def test_a_name_that_no_backup_has_is_refused(backup: bytes, name: str) -> None:
    file = repacked(backup, lambda members: members.update({name: b"evil"}))

    with pytest.raises(BadBackup, match="not what a backup has"):
        Archive(file)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused(backup: bytes) -> None:
    file = BytesIO(backup)
    with zipfile.ZipFile(file, "a") as zip:
        zip.writestr("tables/cups.jsonl", b"")

    with pytest.raises(BadBackup, match="a name twice"):
        Archive(file)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update({"tables/cups.jsonl": b'["other"]\n'}), "rows of cups are not those"),
        (lambda m: m.update({"uploads/ab/ab12.png": b"other"}), "uploads are not those"),
        (lambda m: m.pop("uploads/ab/ab12.png"), "uploads are not those"),
        (lambda m: m.update({"uploads/more.png": b""}), "uploads are not those"),
        (lambda m: m.pop("tables/cups.jsonl"), "not what a backup has: 'tables/cups.jsonl'"),
        (lambda m: m.pop("manifest.json"), "has no manifest"),
        (lambda m: m.update({"manifest.json": b'{"hello": 1}'}), "not one this release reads"),
        (lambda m: m.update({"manifest.json": b"\xff"}), "not one this release reads"),
        (lambda m: m.update({"manifest.json": m["manifest.json"].replace(
            b'"version":1', b'"version":2')}), r"reads \(version\)"),
    ],
)  # fmt: skip
def test_what_somebody_changed_is_refused(
    backup: bytes, change: Callable[[Members], object], said: str
) -> None:
    file = repacked(backup, change)

    with pytest.raises(BadBackup, match=said):
        Archive(file).verify(silent)


def test_a_file_has_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"

    with written(path) as file:
        file.write(b"whole")
        assert not path.exists()

    assert path.read_bytes() == b"whole"
    assert path.stat().st_mode & 0o777 == 0o600


def test_one_that_failed_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")

    def fail() -> None:
        with written(path) as file:
            file.write(b"half")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()

    assert path.read_bytes() == b"before"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
