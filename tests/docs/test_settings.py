from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.settings import read
from pkg.config import Env
from tests.docs.pages import ROOT, Block, blocks, names, pages, rows

SETTING = re.compile(r"[A-Z]+_[A-Z_]+")
# Read by what starts Parley or tests it, not by its settings.
ELSEWHERE = {"REQUIRE_SERVICES", "REQUIRE_BROWSER", "NO_COLOR", "TYPE_CHECKING"}
KEY = "base64:9rAvZ0b8kXJbQ1Yy3m7s5tUe2wHnLc6dKfPgRhTjVxE="


def variables() -> dict[str, str]:
    """Answers each setting and its default, as the settings tell themselves."""
    env = Env.load(ROOT / "nowhere", environ={"APP_KEY": KEY})
    read(env, ROOT)
    return {name: variable.default for name, variable in env.variables.items()}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_no_setting_that_nobody_reads(page: Path) -> None:
    known, text = variables(), page.read_text(encoding="utf-8")
    named = {name for name in names(text) if SETTING.fullmatch(name)} - ELSEWHERE

    unknown = {name for name in named if name not in known and not name.startswith("TEST_")}

    assert not unknown


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "pkg").glob("*.md")), ids=lambda page: page.stem
)
def test_the_defaults_in_a_table_are_the_real_ones(page: Path) -> None:
    known = variables()
    try:
        table = rows(page, "Config")
    except IndexError:
        return  # nothing to set
    for setting, default, *_ in table:
        told = dict(zip(names(setting), names(default), strict=False))
        real = {name: known[name] for name in told if name in known}
        assert {name: told[name] for name in real} == real


@pytest.mark.parametrize("block", blocks("ini"), ids=str)
def test_an_example_of_settings_is_one_that_boots(block: Block) -> None:
    given = dict(line.split("=", 1) for line in block.text.splitlines() if "=" in line)
    given = {name: KEY if name == "APP_KEY" else value for name, value in given.items()}

    settings = read(Env.load(ROOT / "nowhere", environ=given), ROOT)

    assert settings.app.env == given.get("APP_ENV", "local")
