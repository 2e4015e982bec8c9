from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import FENCE, ROOT, links, pages

MOST_PICTURE = 200_000


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    inside = [to for to in links(page) if "://" not in to and not to.startswith("#")]

    missing = [to for to in inside if not (page.parent / to.split("#")[0]).exists()]

    assert not missing


def test_the_readme_says_the_same_in_both_languages() -> None:
    english = (ROOT / "README.md").read_text(encoding="utf-8")
    chinese = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")

    assert english.count("\n## ") == chinese.count("\n## ")
    assert english.count("\n- ") == chinese.count("\n- ")
    assert english.count("\n|") == chinese.count("\n|")
    assert [commands(text) for _, text in FENCE.findall(english)] == [
        commands(text) for _, text in FENCE.findall(chinese)
    ]
    here = {"README.md", "README.zh-CN.md"}
    assert set(links(ROOT / "README.md")) - here == set(links(ROOT / "README.zh-CN.md")) - here


def commands(text: str) -> list[str]:
    return [line.split("#")[0].rstrip() for line in text.splitlines()]


@pytest.mark.parametrize(
    "picture", sorted((ROOT / "docs" / "images").glob("*")), ids=lambda path: path.name
)
def test_a_picture_is_small(picture: Path) -> None:
    assert picture.stat().st_size < MOST_PICTURE


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "pkg").glob("*.md")), ids=lambda p: p.stem)
def test_a_page_of_a_pkg_is_about_one_and_short(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert text.startswith(f"# pkg/{page.stem}")
    assert text.count("\n") <= 85
    assert (ROOT / "pkg" / page.stem).is_dir() or (ROOT / "pkg" / f"{page.stem}.py").is_file()


def test_every_pkg_has_its_page() -> None:
    packages = {path.stem for path in (ROOT / "pkg").iterdir() if path.stem[0] not in "._"}

    missing = packages - {page.stem for page in (ROOT / "docs" / "pkg").glob("*.md")}

    assert not missing


def test_every_benchmark_is_in_the_page_about_performance() -> None:
    text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    names = {path.stem for path in (ROOT / "tests" / "benchmarks").glob("bench_*.py")}

    assert {name for name in names if f"| `{name}` |" in text} == names
