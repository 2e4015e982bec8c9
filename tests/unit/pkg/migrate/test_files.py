from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from pkg.errors import Unavailable
from pkg.migrate import MigrateConfig, MigrationLocked, UnknownMigration
from pkg.migrate.files import Files
from tests.contract.migrations import migration, package


def test_the_files_of_a_package_are_those_that_begin_with_a_number(tmp_path: Path) -> None:
    files = {"10_b": "", "2_a": "", "helper": "", "_3_x": "", "a_4": ""}

    with package(tmp_path, files) as name:
        assert Files(name).names() == ["2_a", "10_b"]


def test_files_of_one_number_go_by_name(tmp_path: Path) -> None:
    with package(tmp_path, {"1_b": "", "1_a": ""}) as name:
        assert Files(name).names() == ["1_a", "1_b"]


def test_a_file_says_how_it_wants_to_run(tmp_path: Path) -> None:
    files = {
        "1_plain": migration("pass"),
        "2_loose": migration("pass", in_transaction=False),
        "3_state": migration("pass") + "\nMODELS_STATE = 'kept'\n",
    }
    with package(tmp_path, files) as name:
        plain, loose, state = (Files(name).load(stem) for stem in files)

    assert (plain.name, plain.in_transaction, plain.models_state) == ("1_plain", True, None)
    assert not loose.in_transaction
    assert state.models_state == "kept"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with package(tmp_path, {}) as name, pytest.raises(UnknownMigration, match=r"0001_x\.py"):
        Files(name).load("0001_x")


def test_a_file_that_misses_a_module_is_not_taken_for_absent(tmp_path: Path) -> None:
    with (
        package(tmp_path, {"1_a": "import nowhere_at_all"}) as name,
        pytest.raises(ModuleNotFoundError, match="nowhere_at_all"),
    ):
        Files(name).load("1_a")


def test_a_held_lock_is_worth_a_second_try() -> None:
    assert issubclass(MigrationLocked, Unavailable)


@pytest.mark.parametrize("knob", [{"wait": -1}, {"lease": 0}, {"patience": 1}])
def test_a_knob_out_of_range_or_unknown_is_refused(knob: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        MigrateConfig.model_validate(knob)


def test_importing_the_package_loads_neither_the_orm_nor_its_migrator() -> None:
    code = "import pkg.migrate, sys; sys.exit(bool({'tortoise', 'aerich'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
