from __future__ import annotations

from pathlib import Path

import pytest

from app.console.serve.prepare import make_folders
from config.settings import load_settings


def test_the_folders_that_are_written_to_are_made_where_the_settings_put_them(
    tmp_path: Path,
) -> None:
    environ = {"STORAGE_URL": "file://kept/pictures", "DATABASE_URL": "sqlite://data/chat.sqlite3"}

    make_folders(load_settings(tmp_path, environ=environ))

    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert made == {"data", "kept", "kept/pictures", "storage", "storage/logs"}


def test_a_folder_that_cannot_be_made_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file stands in the way")

    with pytest.raises(OSError, match="kept"):
        make_folders(load_settings(tmp_path, environ={"STORAGE_URL": "file://kept/pictures"}))
