"""The benchmark of readers that stop: it counts beside readers that have stopped."""

from __future__ import annotations

import shutil

import pytest

from tests.benchmarks.bench_slow_readers import measure, table


def test_the_table_has_the_middle_round_the_worst_and_every_loss() -> None:
    clean = {"p50_us": 1000.0, "p99_us": 5000.0, "missing": 0, "duplicates": 0, "closed": 0}
    rounds = [clean | {"lagging": 1}, clean | {"p99_us": 9000.0, "missing": 2, "lagging": 0}]

    assert list(table({1: rounds}))[-1] == "| 1 | 1.0 | 7.0 (9.0) | 2 / 0 / 0 | 0 |"


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("gcc"), reason="no gcc here")
def test_who_reads_on_loses_nothing_beside_readers_that_have_stopped_and_lag() -> None:
    figures = measure(members=20, rate=50, seconds=0.5, stopped=2)

    assert figures["connected"] == 20
    assert figures["deliveries"] > 0
    assert [figures[name] for name in ("missing", "duplicates", "closed")] == [0, 0, 0]
    assert figures["lagging"] == 2
