"""contract:diff: today's API against an older document."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pkg.console import Exit
from tests.console.conftest import ROOT, Run

Write = Callable[[Any], str]


@pytest.fixture
def today() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    return found


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Puts a document into a file and answers its name."""

    def write(document: Any) -> str:
        file = tmp_path / "old.json"
        file.write_text(json.dumps(document), "utf-8")
        return str(file)

    return write


def test_the_api_breaks_nobody_who_keeps_to_it(
    run: Run, write: Write, today: dict[str, Any]
) -> None:
    ended = run("contract:diff", write(today))

    assert (ended.exit_code, ended.stdout) == (
        Exit.DONE,
        "✓ whoever keeps to old.json fails over nothing\n",
    )
    assert json.loads(run("contract:diff", write(today), "--json").stdout) == []


def test_each_break_is_named_and_ends_with_1(run: Run, write: Write, today: dict[str, Any]) -> None:
    today["paths"]["/api/v1/gone/{id}"] = {"get": {"responses": {}}}
    card = today["components"]["schemas"]["CaptchaCard"]
    card["properties"]["sound"] = {"type": "string"}

    told = run("contract:diff", write(today), "--json")
    shown = run("contract", "diff", write(today))

    assert (told.exit_code, shown.exit_code) == (Exit.FAILED, Exit.FAILED)
    assert {"where": "GET /api/v1/gone/{id}", "what": "is gone"} in json.loads(told.stdout)
    assert any(
        row["where"].endswith("200.data.sound") and row["what"] == "is gone"
        for row in json.loads(told.stdout)
    )
    assert "GET /api/v1/gone/{id}" in shown.stdout


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"openapi": "2.0"}', '"x"'])
def test_what_is_no_document_is_told_in_one_line(run: Run, tmp_path: Path, text: str) -> None:
    file = tmp_path / "old.json"
    file.write_text(text)

    ended = run("contract:diff", str(file))

    assert ended.exit_code == Exit.FAILED
    assert ended.stderr.startswith("error: ")
    assert ended.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_a_mistake_of_the_caller(run: Run) -> None:
    assert run("contract:diff", "nowhere.json").exit_code == Exit.USAGE
