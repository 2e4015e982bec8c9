"""Parts of pages that are written by a benchmark, between two marks."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def marks(name: str) -> tuple[str, str]:
    """Answers what stands before and after the part *name*."""
    return f"<!-- {name}: written by a benchmark -->\n", f"<!-- /{name} -->"


def write(page: Path, name: str, text: str) -> None:
    """Puts *text* in the part *name* of *page*, in the place of what was there.

    Raises:
        ValueError: the page has no such part.
    """
    begin, end = marks(name)
    before, opened, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (opened and closed):
        raise ValueError(f"{page} has no part {name}")
    page.write_text(f"{before}{begin}\n{text.strip()}\n\n{end}{after}", encoding="utf-8")
