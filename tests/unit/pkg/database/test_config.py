from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import SecretStr, ValidationError

from pkg.database import DatabaseConfig


def test_the_url_is_no_part_of_the_repr() -> None:
    assert "hunter2" not in repr(DatabaseConfig(url=SecretStr("mysql://ann:hunter2@db/chat")))


def test_an_acknowledged_write_survives_a_power_cut_unless_somebody_says_otherwise() -> None:
    assert DatabaseConfig().synchronous == "FULL"


@pytest.mark.parametrize(
    "knob",
    [
        {"pool_max": 0},
        {"pool_timeout": 0},
        {"connect_timeout": 0},
        {"statement_timeout": -1},
        {"lock_timeout": 0},
        {"synchronous": "SOMETIMES"},
        {"pool": 5},
    ],
)
def test_a_knob_out_of_range_or_unknown_is_refused(knob: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DatabaseConfig.model_validate(knob)


def test_it_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        DatabaseConfig().pool_max = 5  # type: ignore[misc]


def test_importing_the_package_loads_no_driver() -> None:
    code = (
        "import pkg.database, sys;"
        "sys.exit(bool({'asyncpg', 'asyncmy', 'aiosqlite'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
