"""sms:test, sms:budget; what running servers count: tests/feature/test_code_budget.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pkg.console import Exit
from tests.console.conftest import Run

ALIYUN: dict[str, Any] = {
    "SMS_DRIVER": "aliyun",
    "SMS_ALIYUN_KEY_ID": "id",
    "SMS_ALIYUN_KEY_SECRET": "a-secret-of-ours",
    "SMS_ALIYUN_SIGN": "Parley",
    "SMS_ALIYUN_TEMPLATE": "SMS_1",
    "SMS_ALIYUN_ENDPOINT": "127.0.0.1:1",
    "SMS_TIMEOUT": "2",
}


@pytest.fixture(autouse=True)
def migrated(run: Run) -> None:
    run("migrate:up")


def test_one_message_goes_out_with_a_code_that_opens_nothing(run: Run, root: Path) -> None:
    ended = run("sms:test", "138 1234 5678")

    assert ended.exit_code == Exit.DONE
    assert "✓ log took the message to 138 1234 5678 in " in ended.stdout
    assert "went nowhere" in ended.stdout
    outbox = (root / "storage" / "logs" / "outbox.log").read_text()
    assert "+8613812345678  verify code 000000" in outbox


def test_a_provider_that_cannot_be_reached_is_told_with_its_settings(run: Run) -> None:
    ended = run("sms:test", "+8613812345678", **ALIYUN)

    assert ended.exit_code == Exit.FAILED
    assert ended.stderr.startswith("error: aliyun: ")
    assert "SMS_ALIYUN_ENDPOINT" in ended.stderr
    assert "a-secret-of-ours" not in ended.output


@pytest.mark.parametrize("mobile", ["", "hello", "12345"])
def test_what_is_no_mobile_is_told_in_words(run: Run, mobile: str) -> None:
    ended = run("sms:test", mobile)

    assert ended.exit_code == Exit.FAILED
    assert ended.stderr.startswith("error: to: ")
    assert "field." not in ended.stderr


@pytest.mark.rule(10)
def test_a_number_of_the_test_hooks_gets_nothing(run: Run, root: Path) -> None:
    ended = run("sms:test", "+8619900000001", AUTH_TEST_HOOKS="true")

    assert ended.exit_code == Exit.FAILED
    assert "AUTH_TEST_HOOKS" in ended.stderr
    assert not (root / "storage" / "logs" / "outbox.log").exists()


def test_without_redis_and_a_server_nobody_knows_what_is_left(run: Run) -> None:
    ended = run("sms:budget")

    assert ended.exit_code == Exit.FAILED
    assert "no node answers" in ended.stderr


def test_where_nothing_is_counted_that_is_told(run: Run) -> None:
    ended = run("sms:budget", "--json", LIMITER_ENABLED="false")

    assert ended.exit_code == Exit.FAILED
    assert "LIMITER_ENABLED" in ended.stderr


@pytest.mark.rule(8)
def test_a_message_counts_into_the_budget_and_is_not_sent_beyond_it(
    run: Run, root: Path, redis_url: str | None
) -> None:
    if redis_url is None:
        pytest.skip("a count that outlives a process needs Redis: TEST_STORES=redis")
    told: dict[str, Any] = {"REDIS_URL": redis_url, "LIMITER_CODE_BUDGET": "1-H,5-D"}

    first, second = (run("sms:test", "+8613812345678", **told) for _ in range(2))
    rows = json.loads(run("sms:budget", "--json", **told).stdout)

    assert (first.exit_code, second.exit_code) == (Exit.DONE, Exit.FAILED)
    assert "sms:budget" in second.stderr
    assert [(row["node"], row["limit"], row["left"]) for row in rows] == [
        ("all", 1, 0),
        ("all", 5, 4),
    ]
    shown = run("sms:budget", **told).stdout.splitlines()
    assert [line.split()[:4] for line in shown[1:]] == [
        ["all", "1", "in", "1"],
        ["all", "5", "in", "1"],
    ]
