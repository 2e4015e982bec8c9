"""The page's files, read as text: what a browser test would find late or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "resources" / "web"
SCRIPTS = sorted(path for path in (WEB / "js").rglob("*.js") if path.parent.name != "lang")
KEY = re.compile(r'^  "([^"]+)": ".*",$', re.MULTILINE)
USED = re.compile(r'\bt\((?:[^"()`]*\? )?"([a-z][a-z.]+)"(?:\s*:\s*"([a-z][a-z.]+)")?')
COMPOSED = re.compile(r"`([a-z.]+)\.\$\{")
IMPORT = re.compile(r'^import .* from "([^"]+)";$', re.MULTILINE)


def words(language: str) -> dict[str, set[str]]:
    """Answers the keys of *language* with the blanks in each text."""
    text = (WEB / "js" / "lang" / f"{language}.js").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if KEY.match(line))
    return {KEY.match(line)[1]: set(re.findall(r"{\w+}", line)) for line in lines}  # type: ignore[index]


def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_both_languages_say_the_same_things_with_the_same_blanks() -> None:
    assert words("en") == words("zh")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_only_what_has_words(path: Path) -> None:
    said = {key for pair in USED.findall(source(path)) for key in pair if key}

    assert said <= set(words("en"))


def test_no_words_are_left_over() -> None:
    text = "\n".join(source(path) for path in SCRIPTS)
    begun = tuple(f"{start}." for start in COMPOSED.findall(text))

    unused = {key for key in words("en") if f'"{key}"' not in text and not key.startswith(begun)}

    assert not unused


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_imports_files_that_are_there(path: Path) -> None:
    missing = [name for name in IMPORT.findall(source(path)) if not (path.parent / name).is_file()]

    assert not missing


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_markup_out_of_text(path: Path) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", source(path)
    )


def test_the_page_holds_nothing_inline_and_nothing_foreign() -> None:
    page = source(WEB / "index.html")

    assert not re.search(r"<style|style=|<script>|\son\w+=", page)
    assert not re.search(r'(?:src|href)="(?!/assets/)', page)
