"""Every setting, out of the models that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings import read
from pkg.config import Env, Variable

BY_HAND = "Written by `make docs` from the models in pkg/*/config.py: change it there."
EXAMPLE = f"""\
# Settings, each with what it does, its range and its default.
# Copy the lines you change into .env, or set them in the environment, which counts more.
# {BY_HAND.replace("`", "")}
"""
PAGE = f"""\
# Settings

The environment counts most, then `.env.NAME` (picked by `-e NAME` or `APP_ENV`), then `.env`. An
empty value means "not set". Lists are separated by commas. `python main.py config:show --sources`
tells what holds and where it came from, `config:check` every fault at once.

{BY_HAND}
"""


def variables() -> list[Variable]:
    """Answers every setting there is, as it stands where nothing is set."""
    with TemporaryDirectory() as nowhere:
        env = Env.load(Path(nowhere), environ={})
        read(env, Path(nowhere))
    return list(env.variables.values())


def env_example(settings: Sequence[Variable]) -> str:
    """Answers `.env.example`: nothing in it is set, so a copy of it changes nothing."""
    parts = [EXAMPLE]
    for topic, members in groupby(settings, key=lambda one: one.topic):
        parts.append(f"\n\n# == {topic or 'Others.'}\n")
        for one in members:
            about = " ".join(filter(None, (one.description, f"({one.range})" * bool(one.range))))
            parts.append(f"\n{f'# {about}'.rstrip()}\n# {one.name}={one.default}\n")
    return "".join(parts)


def settings_page(settings: Sequence[Variable]) -> str:
    """Answers the page of settings: a table a topic."""
    parts = [PAGE]
    for topic, members in groupby(settings, key=lambda one: one.topic):
        parts.append(f"\n## {(topic or 'Others').rstrip('.')}\n")
        parts.append("\n| Variable | Default | Range | Meaning |\n|---|---|---|---|\n")
        parts += [_row(one) for one in members]
    return "".join(parts)


def _row(one: Variable) -> str:
    default = f"`{_cell(one.default)}`" if one.default else ""
    kind = one.range.replace(" | ", ", ")
    return f"| `{one.name}` | {default} | {_cell(kind)} | {_cell(one.description)} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
