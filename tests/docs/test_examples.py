from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from app.console.commands import COMMANDS
from tests.docs.pages import ROOT, Block, blocks

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


@pytest.mark.parametrize("block", blocks("bash", "bat", "console"), ids=str)
def test_every_command_of_an_example_is_there(block: Block) -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))

    for line in block.text.splitlines():
        words = line.split("#", maxsplit=1)[0].split()
        if words[:1] == ["make"]:
            assert set(words[1:2]) <= targets, line
        if "main.py" in words:
            after = [word for word in words[words.index("main.py") + 1 :] if word[0] != "-"]
            assert after[0] in COMMANDS or ":".join(after[:2]) in COMMANDS, line
