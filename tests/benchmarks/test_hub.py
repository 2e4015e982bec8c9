"""The hub's benchmark: what it counts, and what it makes of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.benchmarks.hub import build, pages
from tests.benchmarks.hub.__main__ import prepared
from tests.benchmarks.hub.load import Figures, measure
from tests.benchmarks.hub.picture import Bar, Panel, draw
from tests.benchmarks.hub.report import Results, base, ratios, tables
from tests.benchmarks.hub.scenarios import BY_NAME, SCENARIOS, SHORT
from tests.benchmarks.hub.servers import OUR_OTHERS, OURS, SET_OTHERWISE, UNDURABLE, peer, starts
from tests.benchmarks.marks import DOCS, marks

SVG = {"svg": "http://www.w3.org/2000/svg"}


def run(rate: float, **more: float) -> Figures:
    return {"per_srv_cpu_s": rate, "missing": 0, "duplicates": 0, "closed": 0, **more}


RESULTS: Results = {
    OURS: {
        "sat100": [run(900_000), run(1_100_000)],
        "idle": [{"kib": 12.0, "idle_srv_cpu": 0.004}],
    },
    "aiohttp": {"sat100": [run(500_000)]},
    "gorilla": {"sat100": [run(100_000, missing=3)], "idle": [{"kib": 17.0, "idle_srv_cpu": 0.0}]},
}


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  we have just drawn it


def test_a_ratio_is_of_the_middle_run_of_the_base() -> None:
    assert base(RESULTS) == "gorilla"
    assert ratios(RESULTS, OURS, "sat100") == [9.0, 11.0]
    assert ratios(RESULTS, OURS, "echo") == []


def test_the_table_says_median_range_and_how_ours_stands_beside_a_peer() -> None:
    row = next(line for line in tables(RESULTS).splitlines() if line.startswith("| `sat100`"))

    assert row.split("|")[2].strip() == "**10.00** (9.00-11.00)"
    assert row.split("|")[-3:-1] == [" 2.00 ", " 100 k "]


def test_ours_with_one_thing_changed_has_a_table_of_its_own_and_no_column_or_bar() -> None:
    rate = {"sat100": [run(2_000_000)]}
    results = {**RESULTS, UNDURABLE: rate, "parley-asgi": {"sat100": [run(250_000)]}}

    rates, changed = tables(results).split("\n\n")[:2]

    assert rates == tables(RESULTS).split("\n\n")[0]
    row = next(line for line in changed.splitlines() if line.startswith("| `sat100`"))
    assert row == "| `sat100` | **0.50** (0.45-0.55) | **4.00** (3.60-4.40) |"
    assert [bar.label for bar in next(pages.panels(results)).bars] == [*RESULTS]


def test_another_setting_is_measured_only_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCH_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))

    assert list(prepared([], may_install=False)) == [OURS, UNDURABLE]
    assert list(prepared([*SET_OTHERWISE], may_install=False)) == [*SET_OTHERWISE]


def test_what_a_peer_lost_stands_in_the_table() -> None:
    row = next(line for line in tables(RESULTS).splitlines() if line.startswith("| lost"))

    assert [cell.strip() for cell in row.split("|")[2:-1]] == ["0 / 0 / 0"] * 2 + ["3 / 0 / 0"]


def test_a_table_with_no_rows_is_left_out() -> None:
    assert "What else" not in tables({OURS: {"sat100": [run(1)]}})


def test_bars_grow_with_the_figures_and_ranges_stand_round_their_ends() -> None:
    bars = [Bar("small", [1.0]), Bar("<large>", [90.0, 100.0, 110.0], is_own=True)]
    picture = parsed(draw("a & b", [Panel("p", "n", bars)]))

    widths = [float(each.attrib["width"]) for each in picture.findall(".//svg:rect", SVG)]
    ends = [
        float(x) for x in re.findall(r"[\d.]+", picture.findall(".//svg:path", SVG)[0].attrib["d"])
    ]

    assert widths[1] == pytest.approx(100 * widths[0], rel=0.05)
    assert ends[0] < ends[2]
    assert "<large>" in [text.text for text in picture.findall(".//svg:text", SVG)]


def test_there_is_a_panel_for_each_rate_and_one_for_the_weight() -> None:
    assert [panel.title for panel in pages.panels(RESULTS)] == ["sat100", "idle"]


def test_the_page_gets_its_tables_between_the_marks_and_keeps_the_rest(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    page = tmp_path / "performance.md"
    begin, end = marks("hub")
    page.write_text(f"before\n{begin}old\n{end}\nafter\n", encoding="utf-8")

    pages.write(RESULTS, tmp_path)
    once = page.read_text(encoding="utf-8")
    pages.write(RESULTS, tmp_path)

    assert page.read_text(encoding="utf-8") == once
    assert once.startswith("before\n")
    assert once.endswith("\nafter\n")
    assert "old" not in once
    assert (tmp_path / "images" / "hub.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_page_without_marks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "performance.md").write_text("no marks", encoding="utf-8")

    with pytest.raises(ValueError, match="has no"):
        pages.write(RESULTS, tmp_path)


@pytest.mark.parametrize(
    "part", ["hub", "commit", "profile sat1000", "profile echo", "slow readers", "bus"]
)
def test_the_page_has_a_place_for_each_table_that_is_written_into_it(part: str) -> None:
    page = (DOCS / "performance.md").read_text(encoding="utf-8")

    assert [page.count(mark) for mark in marks(part)] == [1, 1]


def test_what_a_short_run_asks_is_asked_by_a_full_one() -> None:
    assert set(SHORT) <= set(BY_NAME)
    assert len(BY_NAME) == len(SCENARIOS)


def test_a_peer_that_is_not_installed_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCH_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    prepare = starts(may_install=False)

    assert prepare.pop(OURS)() is not None
    for name in OUR_OTHERS:
        assert prepare.pop(name)() is not None
    for each in prepare.values():
        with pytest.raises(build.Absent):
            each()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("gcc"), reason="no gcc here")
def test_the_generator_counts_every_delivery_of_a_hub_that_loses_none() -> None:
    wsload = build.compiled(build.HERE / "wsload.c")
    floor = peer([str(build.compiled(build.PEERS / "floor.c"))])

    room = measure(wsload, floor, BY_NAME["sat100"], 0.2)
    echo = measure(wsload, floor, BY_NAME["echo"], 0.2)

    assert room["connected"] == echo["connected"] == 100
    assert room["deliveries"] > 100
    assert echo["deliveries"] > 100
    assert [room[name] for name in ("missing", "duplicates", "gaps", "closed")] == [0, 0, 0, 0]
