from __future__ import annotations

from pathlib import Path

import pytest

from pkg.file import (
    FileUnavailable,
    ImageRefused,
    Images,
    avatar_urls,
    drop_avatar,
    keep_avatar,
)
from pkg.file.drivers.fake import FakeStorage
from pkg.file.drivers.local import LocalStorage
from tests.unit.pkg.file.pictures import halves, saved

PICTURES = {64: b"small", 256: b"middle", 512: b"large"}


class Filling(FakeStorage):
    """A disk that is full after two files."""

    async def put(self, name: str, data: bytes) -> None:
        if len(self.files) == 2:
            raise FileUnavailable("no space left")
        await super().put(name, data)


async def test_each_size_is_stored_under_the_one_name() -> None:
    storage = FakeStorage()

    name = await keep_avatar(storage, PICTURES)

    urls = avatar_urls(storage, name)
    assert urls is not None
    assert list(urls) == ["64", "256", "512"]
    assert [storage.files[url.removeprefix("/files/")] for url in urls.values()] == [
        *PICTURES.values()
    ]


def test_without_a_picture_there_are_no_urls() -> None:
    assert avatar_urls(FakeStorage(), "") is None
    assert avatar_urls(FakeStorage(), "https://example.com/x.png") is None


@pytest.mark.rule(89)
async def test_a_dropped_avatar_leaves_no_file_and_others_alone() -> None:
    storage = FakeStorage()
    old, new = await keep_avatar(storage, PICTURES), await keep_avatar(storage, PICTURES)

    await drop_avatar(storage, old)
    await drop_avatar(storage, old)
    await drop_avatar(storage, "")

    assert len(storage.files) == 3
    assert all(file.startswith(new[:32]) for file in storage.files)


@pytest.mark.rule(87)
async def test_an_avatar_that_could_not_be_stored_whole_leaves_nothing() -> None:
    storage = Filling()

    with pytest.raises(FileUnavailable):
        await keep_avatar(storage, PICTURES)

    assert storage.files == {}


@pytest.mark.rule(84)
@pytest.mark.rule(87)
@pytest.mark.rule(88)
async def test_inherited_upload_trusts_name(tmp_path: Path) -> None:
    """Nothing a client says of a file, its name least of all, has a part in what is kept."""
    images, storage = Images(), LocalStorage(tmp_path / "uploads")

    for raw in (b"<?php system('id');", b"GIF89a<script>", b"", saved(halves(), "JPEG")[:200]):
        with pytest.raises(ImageRefused):
            await keep_avatar(storage, await images.avatar(raw))
    assert not (tmp_path / "uploads").exists()  # nothing is written before it is decoded

    urls = avatar_urls(storage, await keep_avatar(storage, await images.avatar(JPEG)))

    assert urls is not None
    for url in urls.values():  # and what is told is found there
        found = await storage.get(url.removeprefix("/files/"))
        assert found is not None
        assert url.endswith(".webp")
        assert found[8:12] == b"WEBP"
    images.close()


JPEG = saved(halves(), "JPEG", comment=b"<?php system('id');")
