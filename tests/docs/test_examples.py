from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from app.console.commands import COMMANDS
from app.http.upload import Upload
from pkg.app import ServeConfig
from tests.docs.pages import ROOT, Block, blocks

RUN_OR_CHECKED = {"python", "bash", "bat", "console", "ini", "nginx", "sh", "systemd", "yaml"}
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


@pytest.mark.parametrize("block", blocks("python"), ids=str)
async def test_every_python_example_runs(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    # On its own: else it would inherit this file's annotations, which no form can resolve.
    code = compile(
        block.text,
        str(block),
        "exec",
        flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
        dont_inherit=True,
    )

    await run(code)


async def run(code: CodeType) -> None:
    """Runs a module's code; one that awaits at its top is a coroutine."""
    answer = FunctionType(code, {"__name__": "example"})()
    if inspect.isawaitable(answer):
        await answer


@pytest.mark.parametrize("block", blocks(), ids=str)
def test_every_example_is_of_a_kind_that_is_run_or_checked(block: Block) -> None:
    assert block.language in {*RUN_OR_CHECKED, "text"}  # text: a line out of a file, to look at


@pytest.mark.parametrize("block", blocks("bash", "bat", "console", "sh"), ids=str)
def test_every_command_of_an_example_is_there(block: Block) -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))

    for line in block.text.splitlines():
        words = line.split("#", maxsplit=1)[0].split()
        if "make" in words:
            assert words[words.index("make") + 1] in targets, line
        if "main.py" in words:
            after = [word for word in words[words.index("main.py") + 1 :] if word[0] != "-"]
            assert after[0] in COMMANDS or ":".join(after[:2]) in COMMANDS, line


@pytest.mark.parametrize("block", blocks("nginx"), ids=str)
def test_the_proxy_lets_through_what_the_server_takes(block: Block) -> None:
    most = re.search(r"client_max_body_size (\d+)m;", block.text)
    patience = re.search(r"proxy_read_timeout (\d+)s;", block.text)

    assert most
    assert int(most[1]) << 20 > Upload().max_bytes
    assert patience
    assert int(patience[1]) > 2 * 25  # a quiet socket is pinged every 25 s
    assert "location = /ws " in block.text


@pytest.mark.parametrize("block", blocks("systemd"), ids=str)
def test_the_service_waits_until_the_server_has_drained(block: Block) -> None:
    patience = re.search(r"^TimeoutStopSec=(\d+)$", block.text, re.MULTILINE)

    assert patience
    assert int(patience[1]) > ServeConfig().grace
    assert "main.py serve" in block.text
