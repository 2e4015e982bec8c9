from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.console.doctor import store
from app.console.doctor.check import Level, Patient
from main import KERNEL
from pkg.clock import FakeClock, SystemClock
from pkg.database import Dialect
from tests.databases import blank, opened


@pytest.mark.parametrize("dialect", ["postgres", "mysql"])
@pytest.mark.parametrize(("seconds", "told"), [(-60, "ahead"), (60, "behind"), (0, "apart")])
async def test_a_clock_that_is_not_the_databases_is_told(
    dialect: Dialect, seconds: int, told: str, tmp_path: Path
) -> None:
    skewed = FakeClock(SystemClock().now() + timedelta(seconds=seconds))
    patient = Patient(KERNEL, skewed if seconds else SystemClock())
    async with blank(dialect, tmp_path) as url, opened(url) as database:
        patient.database = database

        found = await store.clock(patient)

    assert found.level is (Level.WRONG if seconds else Level.WELL), found.says
    assert told in found.says


async def test_a_check_that_forgot_what_it_needs_is_a_mistake_of_ours() -> None:
    with pytest.raises(LookupError):
        await store.clock(Patient(KERNEL))
