"""db:transfer, db:backup, db:restore: what they print, what they refuse, and how they end."""

from __future__ import annotations

import re
import sqlite3
import stat
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pkg.console import Exit
from pkg.migrate.files import Files
from tests.console.conftest import DEPLOYED, Run

LAST = Files("database.migrations").names()[-1]


@pytest.fixture
def filled(run: Run, root: Path) -> Path:
    """The project's file with an account, a line in the lobby and an upload; answers its path."""
    assert run("migrate:up").exit_code == Exit.DONE
    file = root / "storage" / "app.sqlite3"
    with opened(file) as database:
        database.execute("INSERT INTO users (name, name_key) VALUES ('Ann 茶', 'ann 茶')")
        database.execute(
            "INSERT INTO messages (conversation_id, seq, ref, sender_id, content) "
            "VALUES (1, 1, 'ref', 1, 'hello')"
        )
    folder = root / "storage" / "uploads" / "ab"
    folder.mkdir(parents=True)
    (folder / "ab12.png").write_bytes(b"png")
    return file


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        yield database


def checksums(printed: str) -> dict[str, str]:
    return dict(re.findall(r"^(\w+) +(\d+ +[0-9a-f]{32})$", printed, re.MULTILINE))


def epoch(file: Path) -> str:
    with opened(file) as database:
        ((value,),) = database.execute("SELECT value FROM settings WHERE name = 'epoch'").fetchall()
        return str(value)


def test_a_transfer_shows_every_table_and_what_comes_next(
    run: Run, root: Path, filled: Path
) -> None:
    moved = run("db:transfer", f"sqlite://{root}/target.sqlite3")

    assert moved.exit_code == Exit.DONE, moved.stderr
    assert f"{LAST}\n" in moved.stdout
    assert "  copies users: 1\n" in moved.stdout
    assert "  compares users: 1\n" in moved.stdout
    assert {"users", "messages", "settings"} <= checksums(moved.stdout).keys()
    assert "rows in" in moved.stdout
    assert "set DATABASE_URL to the target, then start the server" in moved.stdout
    assert epoch(root / "target.sqlite3") == epoch(filled)  # it is the same log


def test_the_address_may_come_where_nobody_sees_it(run: Run, root: Path, filled: Path) -> None:
    moved = run("db:transfer", "-", stdin=f"sqlite://{root}/target.sqlite3\n")

    assert moved.exit_code == Exit.DONE


def test_what_is_there_is_refused_and_a_finished_transfer_too(
    run: Run, root: Path, filled: Path
) -> None:
    url = f"sqlite://{root}/target.sqlite3"
    run("db:transfer", url)

    again = run("db:transfer", url)

    assert again.exit_code == Exit.FAILED
    assert again.stderr == (
        "error: the target is not empty: users (1), messages (1): give an empty database\n"
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://127.0.0.1/0", "URL must begin with one of: "),
        ("postgres://127.0.0.1", "URL names no database"),
        ("sqlite://storage/app.sqlite3", "is the source itself"),
    ],
)
def test_an_address_that_is_none_is_a_mistake_in_use(
    run: Run, filled: Path, url: str, said: str
) -> None:
    refused = run("db:transfer", url)

    assert refused.exit_code == Exit.USAGE
    assert said in refused.stderr


@pytest.mark.parametrize("command", ["transfer", "backup"])
def test_a_source_that_is_not_there_is_not_made(run: Run, root: Path, command: str) -> None:
    missed = run(f"db:{command}", f"sqlite://{root}/other")

    assert missed.exit_code == Exit.FAILED
    assert f"there is no database at {root}/storage/app.sqlite3" in missed.stderr
    assert not (root / "storage").exists()


def test_a_server_that_is_away_is_one_line_without_its_password(run: Run, filled: Path) -> None:
    away = run("db:transfer", "postgres://u:secret@127.0.0.1:1/app")

    assert away.exit_code == Exit.FAILED
    assert away.stderr.startswith("error: cannot open postgres://127.0.0.1:1/app")
    assert away.stderr.endswith(
        ": mend that and say the same command again: what was copied stays\n"
    )
    assert away.stderr.count("\n") == 1
    assert "secret" not in away.stderr


def test_while_a_server_has_the_file_nothing_is_moved(run: Run, root: Path, filled: Path) -> None:
    run("db:backup", str(root / "backup.zip"))
    with opened(filled) as server:
        server.execute("SELECT * FROM users").fetchall()

        transfer = run(
            "db:transfer", f"sqlite://{root}/target.sqlite3", DATABASE_LOCK_TIMEOUT="0.1"
        )
        restore = run(
            "db:restore", str(root / "backup.zip"), "--force", DATABASE_LOCK_TIMEOUT="0.1"
        )

    for refused in (transfer, restore):
        assert refused.exit_code == Exit.LOCKED, refused
        assert "is open in another process" in refused.stderr
        assert "stop the server" in refused.stderr


def test_while_tables_are_moved_nothing_else_opens_the_file(
    run: Run, root: Path, filled: Path
) -> None:
    with opened(filled) as moving:
        moving.execute("PRAGMA locking_mode = EXCLUSIVE")
        moving.execute("BEGIN IMMEDIATE")

        second = run("db:backup", str(root / "backup.zip"), DATABASE_LOCK_TIMEOUT="0.1")

    assert second.exit_code == Exit.LOCKED
    assert "its tables are moved just now" in second.stderr


@pytest.mark.parametrize("command", ["transfer", "restore"])
def test_a_deployment_refuses_without_force_and_obeys_with_it(
    run: Run, root: Path, filled: Path, command: str
) -> None:
    backup = str(root / "backup.zip")
    assert run("db:backup", backup, **DEPLOYED).exit_code == Exit.DONE  # it changes nothing
    argument = f"sqlite://{root}/target.sqlite3" if command == "transfer" else backup

    refused = run(f"db:{command}", argument, **DEPLOYED)
    forced = run(f"db:{command}", argument, "--force", **DEPLOYED)

    assert refused.exit_code == Exit.REFUSED
    assert forced.exit_code == Exit.DONE


def test_a_backup_holds_uploads_unless_told_otherwise(run: Run, root: Path, filled: Path) -> None:
    both = run("db:backup", str(root / "both.zip"))
    rows = run("db:backup", str(root / "rows.zip"), "--no-uploads")

    assert both.exit_code == rows.exit_code == Exit.DONE
    assert "1 uploads" in both.stdout
    assert "no uploads" in rows.stdout
    assert checksums(both.stdout) == checksums(rows.stdout)
    with zipfile.ZipFile(root / "both.zip") as zip:
        assert zip.read("uploads/ab/ab12.png") == b"png"
    with zipfile.ZipFile(root / "rows.zip") as zip:
        assert not [name for name in zip.namelist() if "uploads" in name]
    assert stat.S_IMODE((root / "both.zip").stat().st_mode) == 0o600


def test_a_backup_replaces_no_file_unasked(run: Run, root: Path, filled: Path) -> None:
    there = root / "backup.zip"
    there.write_bytes(b"something dear")

    refused = run("db:backup", str(there))
    assert refused.exit_code == Exit.FAILED
    assert "say --force to replace it" in refused.stderr
    assert there.read_bytes() == b"something dear"

    assert run("db:backup", str(there), "--force").exit_code == Exit.DONE
    assert zipfile.is_zipfile(there)


def test_a_backup_into_a_folder_that_is_not_there_is_one_line(
    run: Run, root: Path, filled: Path
) -> None:
    failed = run("db:backup", str(root / "nowhere" / "backup.zip"))

    assert failed.exit_code == Exit.FAILED
    assert failed.stderr.count("\n") == 1
    assert "No such file or directory" in failed.stderr


def test_a_restore_gives_back_rows_and_uploads_and_names_the_log_anew(
    run: Run, root: Path, filled: Path
) -> None:
    made = run("db:backup", str(root / "backup.zip"))
    before = epoch(filled)
    (root / "storage").rename(root / "lost")

    restored = run("db:restore", str(root / "backup.zip"))

    assert restored.exit_code == Exit.DONE, restored.stderr
    assert checksums(restored.stdout) == checksums(made.stdout)
    assert "1 uploads are restored" in restored.stdout
    assert (root / "storage" / "uploads" / "ab" / "ab12.png").read_bytes() == b"png"
    assert epoch(filled) != before
    with opened(filled) as database:
        assert database.execute("SELECT name FROM users").fetchall() == [("Ann 茶",)]


def test_a_restore_leaves_uploads_alone_where_it_is_told_to(
    run: Run, root: Path, filled: Path
) -> None:
    run("db:backup", str(root / "backup.zip"))
    (root / "storage").rename(root / "lost")

    assert run("db:restore", str(root / "backup.zip"), "--no-uploads").exit_code == Exit.DONE
    assert not (root / "storage" / "uploads").exists()


def test_a_restore_replaces_no_row_unasked(run: Run, root: Path, filled: Path) -> None:
    run("db:backup", str(root / "backup.zip"))
    with opened(filled) as database:
        database.execute("UPDATE users SET name = 'Bob'")

    refused = run("db:restore", str(root / "backup.zip"))
    with opened(filled) as database:
        kept = database.execute("SELECT name FROM users").fetchall()
    forced = run("db:restore", str(root / "backup.zip"), "--force")

    assert refused.exit_code == Exit.FAILED
    assert "is not empty: users (1), messages (1)" in refused.stderr
    assert kept == [("Bob",)]
    assert forced.exit_code == Exit.DONE
    with opened(filled) as database:
        assert database.execute("SELECT name FROM users").fetchall() == [("Ann 茶",)]


@pytest.mark.parametrize("content", [b"", b"PK\3\4 and then nothing", b"SQLite format 3\0" * 99])
def test_a_file_that_is_no_backup_is_named_and_no_database_made(
    run: Run, root: Path, content: bytes
) -> None:
    (root / "backup.zip").write_bytes(content)

    refused = run("db:restore", str(root / "backup.zip"))

    assert refused.exit_code == Exit.FAILED
    assert refused.stderr.startswith(f"error: {root}/backup.zip: it is no backup")
    assert refused.stderr.count("\n") == 1
    assert not (root / "storage").exists()


def test_a_backup_of_an_older_release_says_what_is_left_to_do(run: Run, root: Path) -> None:
    run("migrate:up", "--step", "3")
    run("db:backup", str(root / "backup.zip"))
    (root / "storage").rename(root / "lost")

    restored = run("db:restore", str(root / "backup.zip"))

    assert restored.exit_code == Exit.DONE, restored.stderr
    assert "run `python main.py migrate up`" in restored.stderr
    assert run("migrate:status").exit_code == Exit.FAILED  # something is pending


def test_what_a_transfer_has_left_half_is_neither_restored_into_nor_backed_up(
    run: Run, root: Path, filled: Path
) -> None:
    run("db:backup", str(root / "backup.zip"))
    with opened(filled) as database:
        database.execute("CREATE TABLE transfer_progress (table_name TEXT PRIMARY KEY)")

    for command in (("db:restore", "backup.zip", "--force"), ("db:backup", "another.zip")):
        name, file, *more = command
        refused = run(name, str(root / file), *more)
        assert refused.exit_code == Exit.FAILED
        assert "has not ended" in refused.stderr
