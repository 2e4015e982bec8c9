"""The tutorial is followed as it stands, in a project of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, blocks
from tests.server import Server

PAGE = ROOT / "docs" / "tutorial.md"
STRICT = "set -euo pipefail"
# What a clone does not have, and what is of no use to a copy.
LEFT = shutil.ignore_patterns(".*cache", ".venv", ".git", "__pycache__", "storage", ".env", "build")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of everything, as a clone would be."""
    shutil.copytree(ROOT, tmp_path / "project", ignore=LEFT)
    return tmp_path / "project"


def shell(found: list[Block], project: Path, env: dict[str, str], port: int = 0) -> str:
    """Runs *found* one after another in one shell, and answers what they print."""
    text = "\n".join(block.text for block in found)
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    text = text.replace(".venv/bin/python", sys.executable).replace("python3", sys.executable)
    ran = subprocess.run(
        ["bash", "-c", f"{STRICT}\n{text}"],
        cwd=project,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.slow
@pytest.mark.timeout(600)  # two dozen processes, on a busy machine
@pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl"
)
def test_the_tutorial_does_what_it_says(project: Path, stores: dict[str, str]) -> None:
    server = Server(project, root=project, **stores, AUTH_TEST_HOOKS="true", LOG_LEVEL="ERROR")
    text = PAGE.read_text(encoding="utf-8")
    serves = text[: text.index("make serve\n```")].count("\n") + 1
    found = [block for block in blocks("bash") if block.page == PAGE]
    # The tests of what was generated bring their own database; nothing here may reach them.
    env = {key: value for key, value in server.environment.items() if not key.startswith("PYTEST_")}

    before = shell([one for one in found if one.line < serves], project, env)
    with server:
        after = shell([one for one in found if one.line > serves], project, env, server.port)

    assert "✓ migrations and models agree" in before
    assert " passed" in before
    assert "failed" not in before
    assert "✓ topics: 20 added" in before
    assert [line for line in after.splitlines() if line.isdigit()] == ["403", "200", "412"]
    assert '"title":"Which pot?"' in after
    assert '"errors":{' in after.splitlines()[-1]
