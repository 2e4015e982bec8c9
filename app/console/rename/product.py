"""What a product is called, for people and for programs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pkg.console import Exit, Stop
from pkg.str import slug

# Fit for a page, a header of a mail, a cookie, a shell's function and a line of source, unquoted.
NAME = re.compile(r"[^\W_]+(?:[ -][^\W_]+)*")
SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
LONGEST = 24
DEFAULT = re.compile(r'    name: str = Field\(\s*default="([^"]+)"')
PROJECT = re.compile(r'^name = "([^"]+)"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Product:
    """`My Chat` to people, `my-chat` to programs."""

    name: str
    slug: str

    def within(self, place: str) -> str:
        """Answers the text of *place* with its holes filled."""
        snake = self.slug.replace("-", "_")
        filled = place.replace("{name}", self.name).replace("{slug}", self.slug)
        return filled.replace("{snake}", snake)


def wanted(name: str, own_slug: str | None) -> Product:
    """Answers the product that somebody asks for.

    Raises:
        Stop: the name or its slug would break what it is written into.
    """
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise Stop(
            f"{name!r} is no name: up to {LONGEST} letters and digits, one space or hyphen between"
            " words; APP_NAME takes any",
            Exit.USAGE,
        )
    found = own_slug or slug(name)
    if not SLUG.fullmatch(found) or len(found) > LONGEST:
        raise Stop(
            f"programs cannot call it {found!r}: give --slug, up to {LONGEST} of a-z, 0-9 and"
            " hyphens, a letter first",
            Exit.USAGE,
        )
    return Product(name, found)


def standing(root: Path) -> Product:
    """Answers what the product in *root* is called now.

    Raises:
        Stop: the files that say so were rewritten.
    """
    return Product(
        _found(root, "pkg/app/config.py", DEFAULT), _found(root, "pyproject.toml", PROJECT)
    )


def _found(root: Path, name: str, pattern: re.Pattern[str]) -> str:
    path = root / name
    found = pattern.search(path.read_text(encoding="utf-8")) if path.exists() else None
    if found is None:
        raise Stop(f"{name} does not say any more what the product is called: put its name back")
    return found[1]
