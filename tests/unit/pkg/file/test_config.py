from __future__ import annotations

from pathlib import Path

import pytest

from config.file import load
from pkg.config import ConfigFaults, Env
from pkg.errors import Misconfigured
from pkg.file import BadStorageUrl, FileConfig, locate


def env(tmp_path: Path, **variables: str) -> Env:
    return Env.load(tmp_path, environ=variables)


def test_without_settings_files_go_below_the_project(tmp_path: Path) -> None:
    config = load(env(tmp_path))

    assert config == FileConfig()
    assert locate(config.url, tmp_path) == tmp_path / "storage" / "uploads"


def test_an_absolute_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    assert locate(f"file://{tmp_path}/x", Path("elsewhere")) == tmp_path / "x"


@pytest.mark.parametrize(
    "url", ["", "storage/uploads", "http://example.com", "file://", "file://x\0y", "ftp://x"]
)
def test_a_url_that_names_no_folder_is_told_at_boot(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadStorageUrl) as refused:
        locate(url, tmp_path)
    assert isinstance(refused.value, Misconfigured)


@pytest.mark.rule(87)
@pytest.mark.parametrize("url", ["file://.", "file://..", "file:///"])
def test_the_project_itself_is_no_place_for_uploads(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadStorageUrl, match="nothing but uploads"):
        locate(url, tmp_path)


def test_s3_is_refused_in_one_clear_line(tmp_path: Path) -> None:
    read = env(tmp_path, STORAGE_URL="s3://bucket", FILE_WORKERS="0")
    load(read)

    with pytest.raises(ConfigFaults) as faults:
        read.check()
    assert "s3:// is not supported yet: use file:// and a folder" in str(faults.value)
    assert "STORAGE_URL" in str(faults.value)
    assert "FILE_WORKERS" in str(faults.value)
