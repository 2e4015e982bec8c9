from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
SECTIONS = ("Context", "Options", "Choice", "Price", "Look again")


@pytest.mark.parametrize("record", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_what_it_costs_and_when_to_look_again(record: Path) -> None:
    text = record.read_text(encoding="utf-8")

    found = [heading.split(",")[0] for heading in re.findall(r"^## (.+)$", text, re.MULTILINE)]

    assert text.startswith(f"# {record.name[:4]}: ")
    assert text.splitlines()[2].startswith("Status: ")
    assert found == list(SECTIONS)
    assert text.count("\n") <= 60


def test_no_two_decisions_share_a_number() -> None:
    numbers = [record.name[:4] for record in DECISIONS]

    assert len(numbers) == len(set(numbers))


def test_a_decision_named_in_the_source_is_there() -> None:
    named = {
        found
        for folder in ("app", "config", "database", "pkg", "routes", "resources", "docs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md", ".js"}
        for found in re.findall(r"adr/(\d{4}[\w-]*\.md)", path.read_text(encoding="utf-8"))
    }

    assert named <= {record.name for record in DECISIONS}
