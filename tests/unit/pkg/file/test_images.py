from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from pkg.file import SIZES, FileConfig, ImageRefused, Images, ImagesBusy, ImageTooLarge
from tests.unit.pkg.file.pictures import halves, opened, saved


class Held:
    """A decoder that waits until the test opens the gate."""

    def __init__(self) -> None:
        self.gate, self.running, self.most, self.calls = threading.Event(), 0, 0, 0

    def __call__(self, raw: bytes, max_pixels: int) -> dict[int, bytes]:
        self.calls += 1
        self.running += 1
        self.most = max(self.most, self.running)
        assert self.gate.wait(10), "the loop cannot open the gate: it is held itself"
        self.running -= 1
        return {64: raw}


@pytest.fixture
def held() -> Iterator[Held]:
    made = Held()
    yield made
    made.gate.set()


async def test_an_avatar_comes_in_its_three_sizes() -> None:
    images = Images()

    out = await images.avatar(saved(halves((700, 500)), "JPEG"))

    assert tuple(out) == SIZES
    assert {size: opened(data).size for size, data in out.items()} == {
        size: (size, size) for size in SIZES
    }
    images.close()


async def test_a_refusal_reaches_the_caller() -> None:
    images = Images()

    with pytest.raises(ImageRefused):
        await images.avatar(b"<svg/>")
    images.close()


@pytest.mark.rule(84)
async def test_a_file_of_too_many_bytes_is_refused_undecoded(held: Held) -> None:
    images = Images(FileConfig(max_image_bytes=1024), decode=held)

    with pytest.raises(ImageTooLarge) as refused:
        await images.avatar(b"x" * 1025)

    assert refused.value.params == {"max_bytes": 1024}
    assert held.calls == 0
    images.close()


@pytest.mark.rule(90)
async def test_pictures_are_worked_on_off_the_loop_and_no_more_at_once_than_allowed(
    held: Held,
) -> None:
    images = Images(FileConfig(workers=2), decode=held)

    waiting = [asyncio.create_task(images.avatar(b"x")) for _ in range(8)]
    await asyncio.sleep(0)  # the loop is free to go on while eight pictures wait
    held.gate.set()
    made = await asyncio.gather(*waiting)
    images.close()

    assert len(made) == 8
    assert held.most <= 2


@pytest.mark.rule(90)
async def test_a_full_queue_refuses_and_says_when_to_come_back(held: Held) -> None:
    images = Images(FileConfig(max_waiting=2), decode=held)
    waiting = [asyncio.create_task(images.avatar(b"x")) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(ImagesBusy) as refused:
        await images.avatar(b"x")
    held.gate.set()
    await asyncio.gather(*waiting)

    assert refused.value.retry_after == 5
    assert await images.avatar(b"x")
    images.close()


@pytest.mark.rule(90)
async def test_nobody_waits_longer_than_the_time_allowed(held: Held) -> None:
    images = Images(FileConfig(timeout=0.01, max_waiting=1), decode=held)

    with pytest.raises(ImagesBusy, match="too long"):
        await images.avatar(b"x")
    with pytest.raises(ImagesBusy, match="full"):  # the work goes on and still has its place
        await images.avatar(b"x")
    held.gate.set()
    images.close()


def test_importing_the_package_loads_no_vendor() -> None:
    program = "import sys, pkg.file; sys.exit('PIL' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
