"""The numbered rules of docs/security.md, and the defects this family of backends inherits."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from tests.architecture.source import ROOT, functions, suite

ROW = re.compile(r"^\| (\d+) \| .+ \| (now|with its feature|before a release) \|$", re.MULTILINE)
ELSEWHERE: Mapping[int, str] = {}
INHERITED = (
    "code_survives_use",
    "code_guesses_uncounted",
    "code_crosses_purpose",
    "missing_answer_matches",
    "weak_randomness",
    "password_taken_for_hash",
    "secrets_in_logs",
    "bypass_outside_production",
    "limit_by_address_only",
    "forwarded_header_believed",
    "limits_off_in_tests",
    "redis_down_is_500",
    "refresh_without_rotation",
    "one_key_for_all",
    "logout_missing",
    "exist_oracle",
    "login_tells_who_exists",
    "upload_trusts_name",
    "sort_reaches_sql",
    "list_without_login",
    "uniqueness_by_precheck",
    "unique_refuses_itself",
    "send_result_ignored",
    "limit_without_retry_after",
    "error_shapes_differ",
    "address_changed_silently",
    "mobile_in_one_spelling",
    "migrations_unguarded",
    "generated_code_broken",
)


def rules(when: str) -> set[int]:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    return {int(number) for number, then in ROW.findall(page) if then == when}


def held() -> set[int]:
    """Answers the number in every `pytest.mark.rule(n)` of the suite."""
    return {
        node.args[0].value
        for file in suite()
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "rule"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, int)
    }


def test_every_rule_that_holds_now_has_a_test() -> None:
    missing = rules("now") - held() - set(ELSEWHERE)

    assert sorted(missing) == []


def test_a_rule_with_a_test_is_not_listed_as_held_elsewhere() -> None:
    assert sorted(set(ELSEWHERE) & held()) == []


def test_every_inherited_defect_has_a_test_of_its_name() -> None:
    names = {name for file in suite() for name, _ in functions(file.tree)}

    missing = [
        defect
        for defect in INHERITED
        if not any(name.startswith(f"test_inherited_{defect}") for name in names)
    ]

    assert missing == []
