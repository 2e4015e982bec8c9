"""Copies of this project for generators to write into, and what looks at what they wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.console.conftest import KEY, ROOT

# A folder that a test's project lacks is ours nevertheless.
OURS = 'lint.isort.known-first-party=["app", "config", "database", "pkg", "routes", "tests"]'
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*_cache", "storage")


def copied(to: Path, *names: str) -> Path:
    """Copies files and folders of this project below *to*, which it answers."""
    for name in names:
        source, target = ROOT / name, to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=LEFT_OUT)
        else:
            shutil.copy(source, target)
    return to


def files(root: Path) -> dict[str, str]:
    """Answers every Python file of a project but for its resources."""
    found = (path.relative_to(root) for path in root.rglob("*.py"))
    return {str(path): (root / path).read_text() for path in found if path.parts[0] != "resources"}


def changed(before: dict[str, str], root: Path) -> list[str]:
    """Answers which files are others than *before*."""
    return sorted(name for name, text in files(root).items() if before.get(name) != text)


def own_tests(names: Sequence[str]) -> list[str]:
    """Answers those of *names* that are tests."""
    return [name for name in names if name.startswith("tests/") and "/test_" in name]


def tool(root: Path, *words: str) -> None:
    """Runs a tool of the project over *root*; what it complains about fails the test."""
    _run(root, sys.executable, "-m", *words)


def script(root: Path, name: str, *words: str) -> None:
    """Does as `tool`, for one that is no module."""
    _run(root, str(Path(sys.executable).with_name(name)), *words)


def _run(root: Path, *words: str, **environment: str) -> None:
    env = os.environ | environment
    done = subprocess.run(words, cwd=root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def lint(root: Path, names: Sequence[str]) -> None:
    """Fails where a file is not as the formatter or the linter wants it."""
    settings = ("--config", str(ROOT / "pyproject.toml"), "--config", OURS)
    tool(root, "ruff", "format", "--check", *settings, *names)
    tool(root, "ruff", "check", "--no-cache", *settings, *names)


def make(project: Path, *words: str) -> None:
    """Runs a command of the copy in *project*, in a process of its own."""
    _run(project, sys.executable, "main.py", *words, APP_KEY=KEY, APP_ENV="local")
