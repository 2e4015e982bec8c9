"""sms:test, sms:budget."""

from __future__ import annotations

import asyncio
import json
from typing import Final

import click

from app.actions.admin.code_budget import Budget, code_budget
from app.actions.admin.send_test import Sent, send_test_sms
from app.console.faults import refuse
from app.container import open_services
from app.kernel import Kernel
from app.requests.operators import TrySms
from pkg.console import Stop, ok, table
from pkg.console.options import json_option
from pkg.limiter import LimiterUnavailable, LimitExceeded
from pkg.sms import SmsRefused, SmsUnavailable
from pkg.validation import Invalid, parse

# What a driver's words point at. The nearest comes first, and the last is for all others.
WHERE: Final = (
    ("template", "SMS_ALIYUN_TEMPLATE and SMS_ALIYUN_TEMPLATE_LOGIN"),
    ("TEMPLATE", "SMS_ALIYUN_TEMPLATE and SMS_ALIYUN_TEMPLATE_LOGIN"),
    ("SIGN", "SMS_ALIYUN_SIGN: it must be approved, as it is written there"),
    ("AccessKey", "SMS_ALIYUN_KEY_ID and SMS_ALIYUN_KEY_SECRET"),
    ("Signature", "SMS_ALIYUN_KEY_SECRET"),
    ("AMOUNT", "the account's balance at the provider"),
    ("MOBILE", "the number"),
    ("", "SMS_DRIVER, SMS_ALIYUN_ENDPOINT, and whether this machine may go out there"),
)
COLUMNS = ("node", "limit", "left", "full again in")


@click.command("sms:test")
@click.argument("mobile")
@click.pass_obj
def sms_test(kernel: Kernel, mobile: str) -> None:
    """Sends one real text message to MOBILE, and tells what the provider said.

    It is a code, 000000, which opens nothing; it costs what any other does.
    """
    try:
        sent = asyncio.run(_send(kernel, mobile))
    except (SmsRefused, SmsUnavailable) as exc:
        look = next(where for word, where in WHERE if word in str(exc))
        raise Stop(f"{exc}. Look at {look}") from exc
    except LimitExceeded as exc:
        raise Stop("the site's codes are used up for now: see `sms:budget`") from exc
    ok(f"{sent.driver} took the message to {mobile} in {sent.seconds:.2f} s: {sent.id}")
    if sent.driver == "log":
        click.echo("  SMS_DRIVER is log: it stands in storage/logs/outbox.log, and went nowhere")


@click.command("sms:budget")
@json_option
@click.pass_obj
def sms_budget(kernel: Kernel, as_json: bool) -> None:
    """Shows what is left of the codes that all together may be sent, by text message and by mail.

    Without Redis each server counts by itself, and those that run are asked.
    """
    limiter = kernel.settings.limiter
    if not limiter.enabled:
        raise Stop("LIMITER_ENABLED is off: nothing is counted, and nothing bounds the cost")
    try:
        rows = asyncio.run(_budget(kernel))
    except LimiterUnavailable as exc:
        raise Stop(f"the count is away, and no code is sent meanwhile: {exc}") from exc
    if not rows:
        raise Stop("no node answers: without Redis only a running server knows its count")
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    table(COLUMNS, [_cells(row) for row in rows])


def _cells(row: Budget) -> tuple[object, ...]:
    limit = f"{row['limit']} in {_time(row['window'])}"
    return row["node"], limit, row["left"], _time(row["resets_in"]) if row["resets_in"] else "-"


def _time(seconds: int) -> str:
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{round(seconds / size)} {unit}"
    return f"{seconds} s"


async def _send(kernel: Kernel, mobile: str) -> Sent:
    async with open_services(kernel.settings) as services:
        try:
            form = parse(TrySms, {"to": mobile}, region=services.settings.app.region)
        except Invalid as exc:
            refuse(services, exc)
        return await send_test_sms(services, to=form.to)


async def _budget(kernel: Kernel) -> list[Budget]:
    async with open_services(kernel.settings) as services:
        return await code_budget(services)
