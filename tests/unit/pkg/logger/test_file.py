from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path

import pytest

from pkg.clock import FakeClock
from pkg.logger import Outbox, log
from pkg.logger.file import BoundedFile
from pkg.logger.sinks import show
from tests.unit.pkg.logger.conftest import Sinks


class Full:
    """A disk that takes *room* more bytes, then none."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
        self.room = room
        self._write = os.write
        monkeypatch.setattr("pkg.logger.file.os.write", self)

    def __call__(self, fd: int, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = self._write(fd, bytes(data[: self.room]))
        self.room -= taken
        return taken


@pytest.fixture
def file(tmp_path: Path) -> BoundedFile:
    return BoundedFile(tmp_path / "logs" / "a.log", max_bytes=100, keep=2)


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    clock = FakeClock()
    monkeypatch.setattr("pkg.logger.file.time.monotonic", clock.monotonic)
    return clock


def test_lines_are_appended_and_survive_a_reopening(file: BoundedFile) -> None:
    assert file.append("one")
    file.close()
    assert file.append("two")

    assert file.path.read_text() == "one\ntwo\n"


def test_only_its_owner_may_read_it(file: BoundedFile) -> None:
    file.path.parent.mkdir()
    file.path.touch(0o644)

    file.append("one")

    assert file.path.stat().st_mode & 0o777 == 0o600


def test_it_never_grows_past_its_bound_and_keeps_the_newest(file: BoundedFile) -> None:
    for number in range(100):
        file.append(f"line {number:03}")

    names = sorted(path.name for path in file.path.parent.iterdir())
    assert names == ["a.log", "a.log.1", "a.log.2"]
    assert all(path.stat().st_size <= 100 for path in file.path.parent.iterdir())
    assert file.path.read_text().endswith("line 099\n")


def test_a_full_disk_loses_lines_and_heals(
    file: BoundedFile, ticks: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Full(monkeypatch, room=6)
    assert file.append("one")
    assert not file.append("two")
    assert file.problem == "No space left on device"

    disk.room = 100
    assert not file.append("three")  # not tried again within the second
    ticks.advance(1)
    assert file.append("four")

    assert file.path.read_text() == "one\ntw\nfour\n"
    assert not file.problem


def test_a_folder_that_cannot_be_made_loses_lines_only(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")

    assert not BoundedFile(tmp_path / "logs" / "a.log", max_bytes=100).append("one")


def test_a_removed_folder_is_made_again(file: BoundedFile, ticks: FakeClock) -> None:
    file.append("one")
    file.path.unlink()
    file.path.parent.rmdir()

    ticks.advance(1)
    assert file.append("two")

    assert file.path.read_text() == "two\n"


def test_a_file_that_another_process_rotated_is_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    one = BoundedFile(path, max_bytes=20, keep=2)
    other = BoundedFile(path, max_bytes=20, keep=2)
    one.append("0123456789")
    other.append("01234")
    one.append("0123456789")  # rotates

    other.append("abcdefghijklmnopqrst")

    assert (tmp_path / "a.log.1").read_text() == "0123456789\n01234\n"
    assert path.read_text() == "0123456789\nabcdefghijklmnopqrst\n"


@pytest.mark.rule(117)
def test_a_full_disk_is_told_once_and_the_log_goes_on(
    sinks: Sinks,
    ticks: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sinks.open()
    disk = Full(monkeypatch, room=0)

    log.info("one")
    log.info("two")
    disk.room = 10_000
    ticks.advance(1)
    log.info("three")

    assert len(sinks.lines) == 3
    assert capsys.readouterr().err.splitlines() == [
        "parley.log cannot be written (No space left on device); the log goes on here",
        "parley.log can be written again",
    ]
    assert "three" in sinks.file


def test_a_closed_stream_ends_nothing(sinks: Sinks) -> None:
    sinks.open()
    sinks.stream.close()

    log.info("still here")

    assert "still here" in sinks.file


def test_a_process_without_streams_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)

    show("nobody reads this", None)


def test_a_narrow_terminal_gets_what_it_can_show() -> None:
    raw = io.BytesIO()
    narrow = io.TextIOWrapper(raw, encoding="ascii")

    show("验证码 1", narrow)

    assert raw.getvalue() == b"\\u9a8c\\u8bc1\\u7801 1\n"


def test_the_outbox_shows_a_line_and_keeps_it_for_its_owner(
    tmp_path: Path, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    outbox = Outbox(tmp_path / "logs", clock)

    outbox.write("[sms]  +8613800138000  verify code 493817 (login)")
    outbox.close()

    assert capsys.readouterr().out == "[sms]  +8613800138000  verify code 493817 (login)\n"
    assert outbox.path.name == "outbox.log"
    assert outbox.path.read_text().startswith("2026-01-01 00:00:00  [sms]  +8613800138000")
    assert outbox.path.stat().st_mode & 0o777 == 0o600


def test_the_outbox_works_without_its_folder(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "logs").write_text("in the way")
    console = io.StringIO()

    Outbox(tmp_path / "logs", clock, console=console).write("[sms]  one\ntwo")

    assert console.getvalue() == "[sms]  one\\ntwo\n"
