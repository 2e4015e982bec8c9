"""The laws of storage, over every driver."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pkg.file import BadFileName, Storage
from pkg.file.drivers.fake import FakeStorage
from pkg.file.drivers.local import LocalStorage
from pkg.file.name import fresh, is_name
from pkg.testing import race

ODD = (
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "a\\b",
    "%2e%2e%2f",
    "/etc/passwd",
    "C:\\x",
    "x\0.png",
    "é.png",
)


@pytest.fixture(params=["local", "fake"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return LocalStorage(tmp_path / "uploads") if request.param == "local" else FakeStorage()


async def test_what_was_put_comes_back_whole(storage: Storage) -> None:
    name = fresh("webp")

    await storage.put(name, b"\0picture\xff")

    assert await storage.get(name) == b"\0picture\xff"


async def test_a_later_put_stands_in_place_of_the_first(storage: Storage) -> None:
    name = fresh("png")
    await storage.put(name, b"a longer first")

    await storage.put(name, b"second")

    assert await storage.get(name) == b"second"


async def test_what_was_never_put_is_absent(storage: Storage) -> None:
    assert await storage.get(fresh("png")) is None
    assert not await storage.delete(fresh("png"))


async def test_a_deleted_file_is_gone_and_goes_once(storage: Storage) -> None:
    name = fresh("gif")
    await storage.put(name, b"x")

    assert await storage.delete(name)
    assert not await storage.delete(name)
    assert await storage.get(name) is None


async def test_two_files_do_not_meet(storage: Storage) -> None:
    one, two = fresh("png"), fresh("png")
    await storage.put(one, b"1")
    await storage.put(two, b"2")

    await storage.delete(one)

    assert await storage.get(two) == b"2"


async def test_of_many_writers_of_one_name_one_wins_whole(storage: Storage) -> None:
    name = fresh("png")
    bodies = [bytes([number]) * 100_000 for number in range(8)]

    answers = await race(8, lambda number: storage.put(name, bodies[number]))

    assert answers == [None] * 8
    assert await storage.get(name) in bodies


@pytest.mark.rule(88)
@pytest.mark.parametrize("name", ODD)
async def test_a_name_that_is_none_of_ours_finds_nothing_and_stores_nothing(
    storage: Storage, name: str
) -> None:
    with pytest.raises(BadFileName) as refused:
        await storage.put(name, b"x")
    assert refused.value.code == "file.name"
    assert await storage.get(name) is None
    assert not await storage.delete(name)


def test_a_url_ends_in_the_name(storage: Storage) -> None:
    name = fresh("webp")

    assert storage.url(name) == f"/files/{name}"


@pytest.mark.rule(88)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.one_of(st.text(max_size=80), st.from_regex(r"(\.\.?[/\\%]{1,3}){1,4}secret\.png")))
@example("../secret.png")
@example("..%2fsecret.png")
async def test_no_text_leads_out_of_the_folder(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    storage = LocalStorage(tmp_path / "uploads")

    assert is_name(text) or await storage.get(text) is None
    assert is_name(text) or not await storage.delete(text)
    assert (tmp_path / "secret.png").exists()


async def test_a_listing_tells_every_file_and_its_size(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "uploads")
    assert await storage.listing() == []
    names = sorted(fresh("webp") for _ in range(3))
    for size, name in enumerate(names):
        await storage.put(name, b"x" * size)

    assert [(file.name, file.bytes) for file in await storage.listing()] == [
        (name, size) for size, name in enumerate(names)
    ]
    assert await storage.leftovers() == []


async def test_the_part_of_a_write_that_never_ended_is_a_leftover_and_goes_alone(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "uploads"
    storage, name = LocalStorage(folder), fresh("webp")
    await storage.put(name, b"x")
    part = folder / name[:2] / f".{'0' * 16}.part"
    part.write_bytes(b"half")

    (left,) = await storage.leftovers()
    assert (left.name, left.bytes) == (f"{name[:2]}/{part.name}", 4)
    assert [file.name for file in await storage.listing()] == [name]
    assert await storage.discard(left.name)
    assert not await storage.discard(left.name)

    assert not part.exists()
    assert await storage.get(name) == b"x"


@pytest.mark.rule(88)
@pytest.mark.parametrize(
    "name", [*ODD, "../secret", "00/../../secret", "secret", "00/secret", f"{'0' * 32}.webp"]
)
async def test_nothing_but_a_leftover_is_discarded(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("kept")
    (tmp_path / "uploads" / "00").mkdir(parents=True)
    (tmp_path / "uploads" / "00" / "secret").write_text("kept")
    storage = LocalStorage(tmp_path / "uploads")

    assert not await storage.discard(name)
    assert (tmp_path / "secret").read_text() == "kept"
    assert (tmp_path / "uploads" / "00" / "secret").read_text() == "kept"


async def test_what_others_left_in_the_folder_is_nobodys(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    for place in (folder / "lost+found", folder / "ab", folder):
        place.mkdir(parents=True, exist_ok=True)
        (place / "notes.txt").write_text("mine")
        (place / ".hidden.part").write_text("mine")
    storage = LocalStorage(folder)

    assert await storage.listing() == await storage.leftovers() == []
