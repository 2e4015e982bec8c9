"""A parent that starts its child again, and gives up on one that cannot start."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.console.serve.server import listen
from app.console.serve.workers import Parent, Sources, child_command
from pkg.console import Stop

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets are not handed on there")

# Writes a line for each start, then lives until it is asked to end.
CHILD = """
import signal, sys
open(sys.argv[1], "a").write(sys.argv[2] + "\\n")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
signal.pause()
"""


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def test_a_child_that_cannot_start_is_not_started_for_ever() -> None:
    with listen("127.0.0.1", 0) as bound:
        parent = Parent([sys.executable, "-c", "raise SystemExit(7)"], bound, 2)

        with pytest.raises(Stop, match="a worker could not start") as caught:
            parent.run(lambda: False)

    assert caught.value.exit_code == 7


def test_a_change_replaces_the_child_and_a_signal_ends_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    looks = iter([False, True])

    def changed() -> bool:
        starts = log.read_text().count("\n") if log.exists() else 0
        if starts == 2:
            threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGTERM)).start()
            return False
        return starts == 1 and next(looks, False)

    with listen("127.0.0.1", 0) as bound:
        Parent([sys.executable, "-c", CHILD, str(log)], bound, 1).run(changed)

    assert log.read_text().splitlines() == ["--fd"] * 2


def test_a_child_gets_the_interpreter_and_the_words() -> None:
    words = child_command(Path("/p"), ["--grace", "3"])

    assert words == [sys.executable, "/p/main.py", "serve", "--grace", "3"]


def test_a_change_of_the_source_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    file = tmp_path / "app" / "a.py"
    file.write_text("1")
    sources = Sources(tmp_path)

    assert not sources.changed()

    os.utime(file, (1, 1))
    assert sources.changed()
    assert not sources.changed()

    (tmp_path / ".env").write_text("A=1")
    assert sources.changed()

    (tmp_path / "app" / "notes.md").write_text("no source")
    assert not sources.changed()
