"""What loads what. The floors themselves stand in .importlinter."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

import main
from app.console.commands import COMMANDS
from tests.architecture.source import ROOT, imports, sources, suite

PACKAGES = sorted(path.parent.name for path in (ROOT / "pkg").glob("*/__init__.py"))
# what only a driver or one command needs; some come along with a library that is always there
LAZY = {
    *(
        "PIL",
        "Tea",
        "aerich",
        "aiohttp",
        "aiosmtplib",
        "aiosqlite",
        "alibabacloud_dysmsapi20170525",
    ),
    *("argon2", "asyncmy", "asyncpg", "faker", "httpx2", "limits", "pwdlib", "redis", "uvicorn"),
}
HEAVY = LAZY | {"dynaconf", "jwt", "loguru", "msgspec", "pydantic", "starlette", "tortoise"}


def loaded_by(code: str) -> set[str]:
    """Answers the top-level modules an interpreter of its own has after *code*."""
    told = f"{code}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", told],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("name", PACKAGES)
def test_a_pkg_loads_no_drivers_vendor(name: str) -> None:
    assert loaded_by(f"import pkg.{name}") & LAZY == set()


def test_help_loads_nothing_it_does_not_show() -> None:
    help = (
        "import runpy, sys\n"
        "sys.argv = ['main.py', '--help']\n"
        "try: runpy.run_path('main.py', run_name='__main__')\n"
        "except SystemExit: pass"
    )

    loaded = loaded_by(help)

    assert loaded & HEAVY == set()
    assert not loaded & {"config", "database", "routes"}


def test_nothing_imports_main() -> None:
    assert [file.path for file in sources() if "main" in imports(file.tree)] == []


def test_no_import_is_relative() -> None:
    found = [
        f"{file.path}:{node.lineno}"
        for file in (*sources(), *suite())
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert found == []


def test_source_knows_nothing_of_its_tests() -> None:
    found = [
        file.path
        for file in sources()
        for name in imports(file.tree)
        if name.partition(".")[0] in {"tests", "pytest", "hypothesis"}
        if not file.path.startswith("pkg/testing/")
    ]

    assert found == []


@pytest.mark.parametrize(("part", "target"), sorted(main.KERNEL.strings().items()))
def test_every_string_of_the_kernel_names_something(part: str, target: str) -> None:
    module, _, attribute = target.partition(":")

    found = import_module(module)

    assert not attribute or hasattr(found, attribute), part


def test_every_command_is_where_its_line_says() -> None:
    for name, entry in COMMANDS.items():
        module, _, attribute = entry.target.partition(":")
        assert isinstance(getattr(import_module(module), attribute), click.Command), name


def test_the_kernel_is_one_of_this_checkout() -> None:
    assert Path(main.KERNEL.root) == ROOT
