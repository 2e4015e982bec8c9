from __future__ import annotations

import asyncio
import stat
import sys
from pathlib import Path

import pytest

from pkg.errors import Unavailable
from pkg.file import FileUnavailable
from pkg.file.drivers.local import LocalStorage
from pkg.file.name import fresh

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_the_folder_is_made_when_it_is_first_needed(tmp_path: Path) -> None:
    await LocalStorage(tmp_path / "deep" / "uploads").put(fresh("png"), b"x")

    assert len(files(tmp_path / "deep" / "uploads")) == 1


async def test_two_storages_of_one_folder_share_their_files(tmp_path: Path) -> None:
    name = fresh("png")

    await LocalStorage(tmp_path).put(name, b"x")

    assert await LocalStorage(tmp_path).get(name) == b"x"


@posix
async def test_only_their_owner_may_read_the_files(tmp_path: Path) -> None:
    await LocalStorage(tmp_path).put(fresh("png"), b"x")

    assert stat.S_IMODE(files(tmp_path)[0].stat().st_mode) == 0o600


@pytest.mark.rule(87)
async def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    storage, name = LocalStorage(tmp_path), fresh("png")
    (tmp_path / name[:2] / name).mkdir(parents=True)  # the rename at the end cannot succeed

    with pytest.raises(FileUnavailable) as failed:
        await storage.put(name, b"x")

    assert isinstance(failed.value, Unavailable)
    assert failed.value.retry_after
    assert files(tmp_path) == []


async def test_a_file_where_the_folder_should_be_is_unavailable_and_its_path_untold(
    tmp_path: Path,
) -> None:
    (tmp_path / "uploads").write_bytes(b"")
    storage, name = LocalStorage(tmp_path / "uploads"), fresh("png")

    with pytest.raises(FileUnavailable) as failed:
        await storage.put(name, b"x")
    assert str(tmp_path) not in str(failed.value)
    assert failed.value.__cause__ is None
    with pytest.raises(FileUnavailable):
        await storage.get(name)
    with pytest.raises(FileUnavailable):
        await storage.delete(name)


@pytest.mark.rule(87)
async def test_a_reader_sees_the_old_file_or_the_new_one_and_never_a_part(tmp_path: Path) -> None:
    storage, name = LocalStorage(tmp_path), fresh("png")
    bodies = {bytes([number]) * 300_000 for number in range(6)}
    await storage.put(name, next(iter(bodies)))
    writing = asyncio.gather(*(storage.put(name, body) for body in bodies))

    while not writing.done():
        assert await storage.get(name) in bodies
    await writing


async def test_an_address_elsewhere_is_the_base_of_the_urls(tmp_path: Path) -> None:
    name = fresh("png")

    assert LocalStorage(tmp_path, base="/media/").url(name) == f"/media/{name}"
