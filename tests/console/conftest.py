"""The console as its users meet it: words in, two streams and an exit code out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.console.commands import COMMANDS
from main import CONSOLE, KERNEL
from pkg.console import Table

ROOT = Path(__file__).resolve().parents[2]
KEY = "base64:9rAvZ0b8kXJbQ1Yy3m7s5tUe2wHnLc6dKfPgRhTjVxE="

# What a deployment is told at least; only the environment's name and its doors matter here.
DEPLOYED = {
    "APP_ENV": "staging",
    "APP_HOSTS": "example.com",
    "APP_URL": "https://example.com",
    "MAIL_URL": "smtp://127.0.0.1:1?tls=starttls",
    "AUTH_SCHEMES": "password,email",
}

Run = Callable[..., Result]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project's folder of the test's own: it has resources, and a blank SQLite to be made."""
    (tmp_path / "resources").symlink_to(ROOT / "resources")
    return tmp_path


@pytest.fixture
def run(root: Path) -> Run:
    """Runs a command in *root*; further keywords are its environment, `stdin` what is typed."""

    def run(*words: str, stdin: str | None = None, **environment: Any) -> Result:
        kernel = replace(KERNEL, root=root)  # a fresh one: it keeps the settings it has read
        settings = {**CONSOLE.context_settings, "obj": kernel}
        console = Table(COMMANDS, name="main.py", context_settings=settings)
        env = {
            "APP_ENV": "local",
            "APP_KEY": KEY,
            "DATABASE_SYNCHRONOUS": "OFF",
            **dict.fromkeys(("DATABASE_URL", "REDIS_URL", "NO_COLOR")),
            **environment,
        }
        return CliRunner(env=env).invoke(console, list(words), input=stdin)

    return run
