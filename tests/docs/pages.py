"""Reads the project's pages: what stands in them to be run, followed or looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, and where it begins."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Answers every page for people: README in both languages, the changelog, docs."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(*languages: str) -> list[Block]:
    """Answers the fenced blocks of all pages: those in *languages*, or every one."""
    found = (block for page in pages() for block in _blocks(page))
    return [block for block in found if not languages or block.language in languages]


def links(page: Path) -> list[str]:
    """Answers where the links and pictures of *page* lead."""
    return LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))


def rows(page: Path, heading: str) -> list[list[str]]:
    """Answers the cells of the table under *heading*, its head left out."""
    text = page.read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def names(text: str) -> list[str]:
    """Answers what stands between backticks in *text*."""
    return CODE.findall(text)


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        yield Block(page, text[: found.start()].count("\n") + 1, found[1], found[2])
