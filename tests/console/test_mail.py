"""mail:test."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from pkg.console import Exit
from tests.console.conftest import DEPLOYED, Run
from tests.vendors.smtp import SmtpVendor, smtp_server


@pytest.fixture(autouse=True)
def migrated(run: Run) -> None:
    run("migrate:up")


def at(vendor: SmtpVendor) -> str:
    return f"smtp://127.0.0.1:{vendor.port}?tls=none"


async def sent(run: Run, vendor: SmtpVendor, **environment: Any) -> Result:
    """Sends a test mail through *vendor*, whose loop is this one."""
    url = environment.pop("MAIL_URL", at(vendor))
    return await asyncio.to_thread(run, "mail:test", "Ann@Example.com", MAIL_URL=url, **environment)


async def test_a_real_mail_goes_out_and_who_took_it_is_told(run: Run) -> None:
    async with smtp_server() as vendor:
        ended = await sent(run, vendor, APP_NAME="Birdsong")

    (taken,) = vendor.taken
    assert taken.to == ("ann@example.com",)
    assert taken.mail["subject"] == "A test mail of Birdsong"
    assert ended.exit_code == Exit.DONE
    assert ended.stdout.startswith("✓ smtp took the mail to Ann@Example.com in ")
    assert str(taken.mail["message-id"]) in ended.stdout


async def test_a_deployment_sends_one_too(run: Run) -> None:
    async with smtp_server() as vendor:
        ended = await sent(run, vendor, **dict(DEPLOYED, MAIL_URL=at(vendor)))

    assert (ended.exit_code, len(vendor.taken)) == (Exit.DONE, 1)


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ({"to_recipient": "550 no"}, "recipient refused with 550. Look at the address"),
        ({"to_content": "554 no"}, "content refused with 554. Look at the server's own rules"),
    ],
    ids=["recipient", "content"],
)
async def test_what_the_server_refuses_is_told_with_where_to_look(
    run: Run, says: dict[str, str], told: str
) -> None:
    async with smtp_server() as vendor:
        for name, words in says.items():
            setattr(vendor, name, words)
        ended = await sent(run, vendor)

    assert ended.exit_code == Exit.FAILED
    assert told in ended.stderr
    assert ended.stderr.count("\n") == 1


async def test_a_wrong_password_is_told_and_never_shown(run: Run) -> None:
    async with smtp_server(login=("ann", "right")) as vendor:
        url = f"smtp://ann:wr0ng-secret@127.0.0.1:{vendor.port}?tls=none"
        ended = await sent(run, vendor, MAIL_URL=url)

    assert "the user and the password in MAIL_URL" in ended.stderr
    assert "wr0ng-secret" not in ended.output


def test_a_server_that_is_not_there_is_told_with_its_setting(run: Run) -> None:
    ended = run("mail:test", "ann@example.com", MAIL_URL="smtp://127.0.0.1:1?tls=none")

    assert ended.exit_code == Exit.FAILED
    assert "host and port in MAIL_URL" in ended.stderr


def test_with_the_log_driver_nothing_is_said_to_have_arrived(run: Run, root: Path) -> None:
    ended = run("mail:test", "ann@example.com")

    assert ended.exit_code == Exit.DONE
    assert "went nowhere" in ended.stdout
    assert "ann@example.com" in (root / "storage" / "logs" / "outbox.log").read_text()


@pytest.mark.parametrize("to", ["nobody", "", "ann@example.com\nBcc: eve@example.com"])
def test_what_is_no_address_is_told_in_words(run: Run, to: str) -> None:
    ended = run("mail:test", to)

    assert ended.exit_code == Exit.FAILED
    assert ended.stderr.startswith("error: to: ")
    assert "field." not in ended.stderr


@pytest.mark.rule(10)
def test_an_address_of_the_test_hooks_gets_nothing(run: Run, root: Path) -> None:
    ended = run("mail:test", "ann@testing.example.com", AUTH_TEST_HOOKS="true")

    assert ended.exit_code == Exit.FAILED
    assert "AUTH_TEST_HOOKS" in ended.stderr
    assert not (root / "storage" / "logs" / "outbox.log").exists()
