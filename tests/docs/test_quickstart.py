"""The quickstart is run as it stands: its shell lines, against a real server."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks
from tests.server import Server

PAGE = ROOT / "docs" / "quickstart.md"
STRICT = "set -euo pipefail"


@pytest.fixture
def server(tmp_path: Path, stores: dict[str, str]) -> Server:
    return Server(tmp_path, root=ROOT, **stores, AUTH_TEST_HOOKS="true", LOG_LEVEL="ERROR")


def script(server: Server) -> str:
    """Answers the page's lines as one script, with this server's port and this interpreter."""
    text = "\n".join(block.text for block in blocks("bash") if block.page == PAGE)
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    return text.replace(".venv/bin/python", sys.executable).replace("python3", sys.executable)


@pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl"
)
def test_the_quickstart_does_what_it_says(server: Server) -> None:
    with server:
        ran = subprocess.run(
            ["bash", "-c", f"{STRICT}\n{script(server)}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = ran.stdout.splitlines()
    assert said[:2] == ["201", "200"]
    assert '"content":"hello"' in ran.stdout
    assert any(line.startswith("ack") for line in said)
    assert '"status":422' in ran.stdout
