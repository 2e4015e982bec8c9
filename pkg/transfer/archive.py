"""A backup as a file: a zip of lines, uploads and a manifest, whole or not there at all."""

from __future__ import annotations

import os
import re
import secrets
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from io import BufferedReader
from pathlib import Path
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from pkg.transfer.errors import BadBackup
from pkg.transfer.line import Sum
from pkg.transfer.manifest import Manifest, Shelf, Uploads
from pkg.transfer.pages import Watch

MANIFEST, TABLES, UPLOADS = "manifest.json", "tables/", "uploads/"
PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")  # of an upload's name; no dot at its start
CHUNK = 1 << 20
LEVEL = 1  # of the compression: text, and the disk is seldom what one waits for


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file that has its name only when all of it is on the disk; for its owner alone.

    Raises:
        OSError: the disk is full, say; nothing is left, and what had the name before still has it.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    _settle(path.parent)


@contextmanager
def packed(file: BinaryIO) -> Iterator[Pack]:
    """A backup that is written into *file*; it is closed whatever happens."""
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=LEVEL) as zip:
        yield Pack(zip)


class Pack:
    """A backup that is being written."""

    def __init__(self, zip: ZipFile) -> None:
        self._zip = zip

    @contextmanager
    def table(self, name: str) -> Iterator[IO[bytes]]:
        """The file of the table *name*, for lines."""
        with self._zip.open(f"{TABLES}{name}.jsonl", "w", force_zip64=True) as lines:
            yield lines

    def uploads(self, folder: Path, watch: Watch) -> Uploads:
        """Takes every file below *folder* in; one that goes meanwhile is no longer one."""
        total, found = Sum(), [*_files(folder)]
        for name in found:
            with suppress(FileNotFoundError):
                total.add([self._upload(folder / name, name)])
            watch("packs", "uploads", total.rows, len(found))
        return Uploads(files=total.rows, checksum=total.checksum)

    def seal(self, manifest: Manifest) -> None:
        """Writes what it says of itself, last: a file without it is no backup."""
        self._zip.writestr(MANIFEST, manifest.model_dump_json())

    def _upload(self, path: Path, name: str) -> bytes:
        info = ZipInfo.from_file(path, f"{UPLOADS}{name}", strict_timestamps=False)
        with path.open("rb") as file, self._zip.open(info, "w", force_zip64=True) as into:
            return _line(name, _through(file, into))


class Archive:
    """A backup that is read. Nothing in it is believed before `verify` has seen all of it."""

    def __init__(self, file: BinaryIO) -> None:
        """Reads the manifest of *file*.

        Raises:
            BadBackup: it has none.
        """
        with _whole():
            self._zip = ZipFile(file)
            self._names = [info.filename for info in self._zip.infolist()]
            if MANIFEST not in self._names:
                raise BadBackup("it is no backup of this kind: it has no manifest")
            with self._zip.open(MANIFEST) as text:
                self.manifest = Manifest.parse(text.read(CHUNK * 16))
        self._check_names()

    @property
    def uploads(self) -> list[str]:
        """The names of the uploads in it."""
        names = (name.removeprefix(UPLOADS) for name in self._names if name.startswith(UPLOADS))
        return sorted(names)

    def verify(self, watch: Watch) -> None:
        """Reads all of it.

        Raises:
            BadBackup: something in it is not what was put there.
        """
        for shelf in self.manifest.tables:
            total = Sum()
            for lines in self.lines(shelf):
                total.add(lines)
                watch("verifies", shelf.name, total.rows, shelf.rows)
            if total != Sum(shelf.rows, shelf.checksum):
                raise BadBackup(f"the rows of {shelf.name} are not those that were put there")
        self._verify_uploads(watch)

    def lines(self, shelf: Shelf, size: int = CHUNK) -> Iterator[Sequence[bytes]]:
        """Answers the lines of a table, some at once."""
        with _whole(), self._zip.open(f"{TABLES}{shelf.name}.jsonl") as member:
            file = BufferedReader(member, CHUNK)  # type: ignore[type-var]  # it reads, and is enough
            while lines := file.readlines(size):
                yield [line.rstrip(b"\n") for line in lines]

    @contextmanager
    def upload(self, name: str) -> Iterator[IO[bytes]]:
        """The content of the upload *name*."""
        with _whole(), self._zip.open(f"{UPLOADS}{name}") as file:
            yield file

    def changed(self, name: str) -> float:
        """Answers when the upload *name* was changed, in seconds since 1970, to two of them."""
        stamp = self._zip.getinfo(f"{UPLOADS}{name}").date_time
        return time.mktime((*stamp, 0, 0, -1))

    def _check_names(self) -> None:
        tables = {f"{TABLES}{shelf.name}.jsonl" for shelf in self.manifest.tables}
        others = [name for name in self._names if name not in tables and name != MANIFEST]
        bad = [name for name in others if not _is_upload(name)]
        bad += sorted(tables - set(self._names))
        if bad or len(set(self._names)) < len(self._names):
            names = ", ".join(map(repr, bad[:3])) or "a name twice"
            raise BadBackup(f"what is in it is not what a backup has: {names}")

    def _verify_uploads(self, watch: Watch) -> None:
        total, names = Sum(), self.uploads
        for name in names:
            with self.upload(name) as file:
                total.add([_line(name, _through(file))])
            watch("verifies", "uploads", total.rows, len(names))
        said = self.manifest.uploads
        if total != (Sum(said.files, said.checksum) if said else Sum()):
            raise BadBackup("the uploads are not those that were put there")


def _is_upload(name: str) -> bool:
    parts = name.removeprefix(UPLOADS).split("/")
    return name.startswith(UPLOADS) and all(map(PART.fullmatch, parts))


def _files(folder: Path) -> Iterator[str]:
    """Answers the files below *folder*; not what is half-written, which has a dot at its start."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _is_upload(f"{UPLOADS}{name}") and path.is_file() and not path.is_symlink():
            yield name


def _through(file: IO[bytes], into: IO[bytes] | None = None) -> str:
    """Copies *file* and answers its hash."""
    hashed = blake2b(digest_size=16)
    while chunk := file.read(CHUNK):
        hashed.update(chunk)
        if into:
            into.write(chunk)
    return hashed.hexdigest()


def _line(name: str, hashed: str) -> bytes:
    return f"{name}\0{hashed}".encode()


@contextmanager
def _whole() -> Iterator[None]:
    """Turns what the zip says of damage into our error."""
    try:
        yield
    # zipfile's words for a foreign file: NotImplementedError a compression it lacks, RuntimeError a
    # password, KeyError a name that is not there.
    except (BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError) as exc:
        raise BadBackup(
            f"it is no backup, or not a whole one ({exc}): take another copy of it"
        ) from exc


def _settle(folder: Path) -> None:
    with suppress(OSError):  # Windows opens no folders
        entries = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(entries)
        finally:
            os.close(entries)
