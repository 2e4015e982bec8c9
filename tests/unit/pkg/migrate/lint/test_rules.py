"""The catalogue: each rule finds what it is about, and nothing in what is safe."""

from __future__ import annotations

import re

import pytest

from pkg.migrate.lint import DATABASES, RULES, Database, Rule
from tests.unit.pkg.migrate.lint.examples import EXAMPLES
from tests.unit.pkg.migrate.lint.judge import codes

OF_FILES = {"DB903", "DB904"}  # of comments and of files that raise: test_linter.py


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_rule_finds_its_bad_example_and_not_the_good_one(code: str) -> None:
    example = EXAMPLES[code]
    told = {"in_transaction": example.in_transaction}

    assert code in codes(example.database, example.statements(example.bad), **told)
    assert code not in codes(example.database, example.statements(example.good), **told)


def test_each_rule_has_an_example() -> None:
    assert {rule.code for rule in RULES} == {*EXAMPLES} | OF_FILES


def test_a_code_names_one_rule_and_its_database() -> None:
    of: dict[str, set[Database]] = {
        "DB": {*DATABASES},
        "PG": {"postgres"},
        "MY": {"mysql", "mariadb"},
        "SL": {"sqlite"},
    }

    assert len({rule.code for rule in RULES}) == len(RULES) >= 40
    for rule in RULES:
        assert re.fullmatch(r"(DB|PG|MY|SL)\d{3}", rule.code)
        assert {*rule.databases} <= of[rule.code[:2]], rule.code


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_why_what_to_do_and_where_that_stands(rule: Rule) -> None:
    assert rule.title
    assert rule.why.endswith(".")
    assert rule.recipe.endswith(".")
    assert rule.source or rule.code.startswith("DB9")


@pytest.mark.parametrize("code", [code for code in EXAMPLES if code != "DB902"])
def test_no_example_is_beyond_the_reader(code: str) -> None:
    example = EXAMPLES[code]
    for which in (example.bad, example.good):
        found = codes(example.database, example.statements(which), in_transaction=False)
        assert "DB902" not in found
