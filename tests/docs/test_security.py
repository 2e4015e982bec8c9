from __future__ import annotations

import re

from tests.docs.pages import ROOT

RULE = re.compile(r"^\| (\d+) \| .+ \| (now|with its feature|before a release) \|$", re.MULTILINE)
MARK = re.compile(r"mark\.rule\((\d+)\)")


def rules() -> list[int]:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    return [int(number) for number, _ in RULE.findall(text)]


def test_the_rules_are_numbered_without_holes() -> None:
    assert rules() == list(range(1, 123))


def test_a_test_names_only_rules_that_are_written_down() -> None:
    tests = (ROOT / "tests").rglob("test_*.py")
    named = {int(n) for path in tests for n in MARK.findall(path.read_text(encoding="utf-8"))}

    assert named <= set(rules())
