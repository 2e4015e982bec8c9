"""`db:transfer` is killed, and the disk is full: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import os
import re
import resource
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from pkg.console import Exit
from pkg.database import Dialect
from pkg.migrate import Migrator
from pkg.testing import require
from tests.console.conftest import KEY, ROOT
from tests.databases import blank, opened
from tests.faults.people import API, Person, read_log, sign_up
from tests.server import Server

pytestmark = pytest.mark.skipif(not hasattr(os, "login_tty"), reason="needs a terminal of its own")

PATIENCE = 300  # seconds, on a busy machine
SOME, MORE, MILLION = 20_000, 50_000, 1_000_000
# The kernel's own figure for a child (`wait4`) begins with what its parent had before the exec.
MEASURED = """
import atexit, pathlib, runpy, sys

peak, status = pathlib.Path(sys.argv.pop(1)), pathlib.Path("/proc/self/status")
atexit.register(lambda: peak.write_text(status.read_text().split("VmHWM:")[1].split()[0]))
sys.argv[0] = "main.py"
sys.path.insert(0, "")
runpy.run_path("main.py", run_name="__main__")
"""
MEMORY = 256 << 10  # KiB; a million rows are more as text alone
MESSAGES = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
    INSERT INTO messages (conversation_id, seq, ref, sender_id, content, created_at)
    SELECT 1, i, hex(randomblob(16)), i % 99, 'message ' || i || ' 关于茶 ' || hex(randomblob(40)),
        strftime('%Y-%m-%d %H:%M:%f+00:00', 1700000000 + i * 0.37, 'unixepoch') FROM n
"""
FIGURES = "SELECT count(*), min(seq), max(seq), sum(seq), sum(length(ref)) FROM messages"


@dataclass(frozen=True)
class Console:
    """Runs commands on the database at *url*, each a process of its own."""

    folder: Path
    url: str

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if name != "NO_COLOR"},
            "APP_ENV": "local",
            "APP_KEY": KEY,
            "DATABASE_URL": self.url,
            "STORAGE_URL": f"file://{self.folder}/uploads",
            "TERM": "xterm",
        }

    def run(
        self, *words: str, most: int = resource.RLIM_INFINITY
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command whose files may have *most* bytes, as on a full disk."""
        return subprocess.run(
            [sys.executable, "main.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        )

    def kill_at(self, percent: int, *words: str) -> None:
        """Kills a command once its bar over the messages shows *percent*."""
        master, slave = os.openpty()
        process = subprocess.Popen(
            [sys.executable, "main.py", *words],
            cwd=ROOT,
            env=self.environment,
            preexec_fn=lambda: os.login_tty(slave),  # noqa: PLW1509  no thread of ours is running
        )
        os.close(slave)
        shown, deadline = "", time.monotonic() + PATIENCE
        while not any(percent <= part for part in _parts(shown)):
            assert select.select([master], [], [], deadline - time.monotonic())[0], shown
            shown += os.read(master, 65536).decode()
        process.kill()
        assert process.wait(PATIENCE) == -signal.SIGKILL
        os.close(master)

    def measured(self, *words: str) -> tuple[int, int, str]:
        """Answers how a command ended, the most memory it had in KiB, and what it printed."""
        peak = self.folder / "peak.txt"
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, str(peak), *words],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, int(peak.read_text()), done.stdout


@pytest.fixture
async def console(tmp_path: Path) -> Console:
    """A migrated file."""
    url = f"sqlite://{tmp_path}/app.sqlite3"
    async with opened(url) as database:
        _ = await Migrator(database).up()
    return Console(tmp_path, url)


def talk(console: Console, messages: int) -> Sequence[object]:
    """Fills the file with *messages* and answers their figures."""
    with closing(sqlite3.connect(console.folder / "app.sqlite3")) as file:
        file.execute("PRAGMA synchronous = OFF")
        with file:
            file.execute(MESSAGES, [messages])
        (found,) = file.execute(FIGURES).fetchall()
    assert found[0] == messages
    return tuple(found)


def checksums(printed: str) -> dict[str, tuple[str, str]]:
    """Answers rows and checksum of each table of a command's table."""
    rows = re.findall(r"^(\w+) +(\d+) +([0-9a-f]{32})$", printed, re.MULTILINE)
    return {name: (count, checksum) for name, count, checksum in rows}


@pytest.mark.parametrize(
    ("dialect", "messages", "percent"),
    [
        ("postgres", MORE, 1),
        pytest.param("mysql", MORE, 1, marks=pytest.mark.slow),
        pytest.param(
            *("postgres", MILLION, 40),
            marks=[pytest.mark.night, pytest.mark.timeout(2 * PATIENCE)],
        ),
    ],
)
async def test_a_transfer_that_was_killed_goes_on_and_all_of_it_is_there_once(
    dialect: Dialect, messages: int, percent: int, console: Console, tmp_path: Path
) -> None:
    require(dialect)
    figures = talk(console, messages)
    async with blank(dialect, tmp_path) as url:
        console.kill_at(percent, "db:transfer", url)
        async with opened(url) as target:
            done = "SELECT done FROM transfer_progress WHERE table_name = 'messages'"
            (there,), (counted,) = (
                await target.rows(done),
                await target.rows("SELECT count(*) FROM messages"),
            )
            assert 0 < there[0] == counted[0] <= messages

        code, memory, printed = console.measured("db:transfer", url)

        assert code == Exit.DONE, printed
        assert "an earlier transfer did not end" in printed
        assert memory < MEMORY
        async with opened(url) as target:
            (found,) = await target.rows(FIGURES)
            assert tuple(map(int, found)) == figures
            assert not await target.rows("SELECT 1 FROM users")
        moved = checksums(printed)
        assert moved["messages"][0] == str(messages)
        manifest = console.run("db:backup", str(tmp_path / "source.zip"))
        assert checksums(manifest.stdout) == moved


async def test_a_full_disk_keeps_what_was_copied_and_the_same_command_goes_on(
    console: Console, tmp_path: Path
) -> None:
    talk(console, SOME)
    url = f"sqlite://{tmp_path}/target.sqlite3"

    full = console.run("db:transfer", url, most=2 << 20)
    assert full.returncode == Exit.FAILED
    assert full.stderr.count("\n") == 1
    assert re.search("SQLite: (disk I/O error|database or disk is full)", full.stderr)

    rest = console.run("db:transfer", url)
    assert rest.returncode == Exit.DONE, rest.stderr
    assert "an earlier transfer did not end" in rest.stdout
    assert checksums(rest.stdout)["messages"][0] == str(SOME)


async def test_a_backup_on_a_full_disk_is_none_and_says_so(
    console: Console, tmp_path: Path
) -> None:
    talk(console, SOME)

    full = console.run("db:backup", str(tmp_path / "backup.zip"), most=1 << 20)

    assert full.returncode == Exit.FAILED
    assert full.stderr.count("\n") == 1
    assert "backup.zip was not written, and nothing is left of it: " in full.stderr
    assert "File too large" in full.stderr
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    "dialect",
    ["sqlite", *(pytest.param(one, marks=pytest.mark.slow) for one in ("postgres", "mysql"))],
)
async def test_a_restore_that_was_killed_has_done_all_or_nothing(
    dialect: Dialect, console: Console, tmp_path: Path
) -> None:
    if dialect != "sqlite":
        require(dialect)
    talk(console, SOME)
    backup = str(tmp_path / "backup.zip")
    made = console.run("db:backup", backup)
    async with blank(dialect, tmp_path) as url:
        other = Console(tmp_path, url)
        other.kill_at(50, "db:restore", backup)

        async with opened(url) as target:
            (found,) = await target.rows("SELECT count(*) FROM messages")
            assert found[0] in {0, SOME}  # the latter: the signal came late

        restored = other.run("db:restore", backup, "--force")
        assert restored.returncode == Exit.DONE, restored.stderr
        assert checksums(restored.stdout) == checksums(made.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["postgres", "mysql"])
async def test_a_chat_goes_on_in_the_database_it_was_moved_to(
    dialect: Dialect, console: Console, tmp_path: Path
) -> None:
    require(dialect)
    with serving(console, console.url) as server:
        ann, ids = await talk_as(server, 1)
        busy = console.run("db:transfer", f"sqlite://{tmp_path}/target.sqlite3")
        assert busy.returncode == Exit.LOCKED, busy.stderr
        assert server.stop() == 0

    async with blank(dialect, tmp_path) as url:
        moved = console.run("db:transfer", url)
        assert moved.returncode == Exit.DONE, moved.stderr

        with serving(console, url) as there:
            async with httpx2.AsyncClient(base_url=there.url) as client:
                before = await read_log(client, ann)  # with the token of before
                bob, more = await talk_as(there, 2)
                after = await read_log(client, ann)
            assert there.stop() == 0
    assert [message["id"] for message in before] == ids
    assert [message["id"] for message in after] == ids + more
    assert [int(message["seq"]) for message in after] == [1, 2, 3, 4]
    assert int(bob.id) > int(ann.id)


def serving(console: Console, url: str) -> Server:
    """A server on the database at *url*."""
    return Server(
        console.folder, APP_KEY=KEY, AUTH_TEST_HOOKS="true", LOG_LEVEL="ERROR", DATABASE_URL=url
    )


async def talk_as(server: Server, number: int) -> tuple[Person, list[str]]:
    """Signs up the person *number*, who says two things; answers their ids."""
    async with httpx2.AsyncClient(base_url=server.url) as client:
        person = await sign_up(client, number)
        ids = []
        for text in ("hello", "你好"):
            answer = await client.post(
                f"{API}/conversations/1/messages",
                json={"id": f"{number}-{text}", "content": text},
                headers=person.bearer,
            )
            assert answer.status_code == 201, answer.text
            ids.append(str(answer.json()["data"]["id"]))
    return person, ids


def left(folder: Path) -> list[str]:
    """Answers the backups in *folder*, half ones too."""
    return [path.name for path in folder.iterdir() if "backup" in path.name]


def _parts(shown: str) -> list[int]:
    bars = re.findall(r"(?:copies|restores) +messages +\[[#-]+\] +(\d+)%", shown)
    return [int(part) for part in bars]
