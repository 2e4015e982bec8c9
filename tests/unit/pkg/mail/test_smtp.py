"""The driver against a real server on loopback, well and badly behaved."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pkg.mail import MailMessage, MailRefused, MailUnavailable, SmtpServer
from pkg.mail.config import Tls
from pkg.mail.drivers.smtp import AT_ONCE, SmtpDriver
from pkg.testing import race
from tests.vendors.smtp import SmtpVendor, smtp_server
from tests.vendors.tcp import tcp_server
from tests.vendors.tls import tls_for


def message(to: str = "ann@example.com", *, number: int = 1) -> MailMessage:
    return MailMessage(
        id=f"<{number}@example.com>",
        date=datetime(2026, 1, 1, tzinfo=UTC),
        sender="Parley <parley@example.com>",
        to=to,
        subject="Your code",
        locale="en",
        text="493817\n",
        html="<p>493817</p>",
    )


@pytest.fixture
async def vendor() -> AsyncIterator[SmtpVendor]:
    async with smtp_server() as made:
        yield made


def driver(vendor: SmtpVendor, *, timeout: float = 30.0) -> SmtpDriver:
    return SmtpDriver(vendor.server(), timeout=timeout)


async def test_a_mail_arrives_as_it_was_written(vendor: SmtpVendor) -> None:
    await driver(vendor).send(message())

    (taken,) = vendor.taken
    assert (taken.sender, taken.to) == ("parley@example.com", ("ann@example.com",))
    assert taken.mail["Message-ID"] == "<1@example.com>"
    text = taken.mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().strip() == "493817"


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_over_tls_nothing_is_said_in_clear(tmp_path: Path, tls: Tls) -> None:
    made = tls_for(tmp_path)
    async with smtp_server(tls, made.server, login=("ann", "s3cr3t é")) as vendor:
        known = vendor.server(ca=made.ca, user="ann", password="s3cr3t é")
        await SmtpDriver(known).send(message())

    (taken,) = vendor.taken
    assert taken.encrypted
    assert taken.user == "ann"


async def test_a_login_works_without_tls_on_loopback() -> None:
    async with smtp_server(login=("ann", "pw")) as vendor:
        await SmtpDriver(vendor.server(user="ann", password="pw")).send(message())

    assert vendor.taken[0].user == "ann"


@pytest.mark.rule(9)
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_certificate_nobody_vouches_for_gets_no_mail(tmp_path: Path, tls: Tls) -> None:
    async with smtp_server(tls, tls_for(tmp_path).server) as vendor:
        with pytest.raises(MailUnavailable):
            await SmtpDriver(vendor.server()).send(message())

    assert not vendor.taken


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_certificate_for_another_host_gets_no_mail(tmp_path: Path, tls: Tls) -> None:
    made = tls_for(tmp_path, host="example.com")
    async with smtp_server(tls, made.server) as vendor:
        with pytest.raises(MailUnavailable):
            await SmtpDriver(vendor.server(ca=made.ca)).send(message())

    assert not vendor.taken


@pytest.mark.rule(9)
async def test_a_server_without_starttls_is_not_talked_to_in_clear(vendor: SmtpVendor) -> None:
    server = SmtpServer("127.0.0.1", vendor.port, "starttls")

    with pytest.raises(MailUnavailable):
        await SmtpDriver(server).send(message())
    assert not vendor.taken


async def test_a_wrong_password_is_the_operators_affair_and_not_the_recipients() -> None:
    async with smtp_server(login=("ann", "pw")) as vendor:
        with pytest.raises(MailUnavailable) as caught:
            await SmtpDriver(vendor.server(user="ann", password="s3cr3t")).send(message())

    assert "s3cr3t" not in str(caught.value)
    assert not vendor.taken


@pytest.mark.rule(9)
@pytest.mark.parametrize("said", ["450 busy", "451 later", "452 full"])
@pytest.mark.parametrize("part", ["to_recipient", "to_content"])
async def test_a_temporary_no_leaves_the_way_open(vendor: SmtpVendor, part: str, said: str) -> None:
    setattr(vendor, part, said)

    with pytest.raises(MailUnavailable, match=said[:3]):
        await driver(vendor).send(message())


@pytest.mark.rule(9)
@pytest.mark.parametrize("said", ["550 unknown", "552 too large", "554 no"])
@pytest.mark.parametrize("part", ["to_recipient", "to_content"])
async def test_a_final_no_is_final(vendor: SmtpVendor, part: str, said: str) -> None:
    setattr(vendor, part, said)

    with pytest.raises(MailRefused, match=said[:3]):
        await driver(vendor).send(message())


@pytest.mark.rule(7)
async def test_a_servers_words_stay_out_of_ours(vendor: SmtpVendor) -> None:
    vendor.to_content = "554 spam: 493817 to ann"

    with pytest.raises(MailRefused) as caught:
        await driver(vendor).send(message())
    assert "493817" not in str(caught.value)
    assert "ann" not in str(caught.value)


async def test_one_send_is_one_connection(vendor: SmtpVendor) -> None:
    vendor.to_recipient = "451 later"

    with pytest.raises(MailUnavailable):
        await driver(vendor).send(message())
    assert vendor.connections == 1


@pytest.mark.rule(9)
async def test_a_server_that_hangs_is_left_at_the_deadline(vendor: SmtpVendor) -> None:
    vendor.hang = True

    with pytest.raises(MailUnavailable, match="Timeout"):
        await driver(vendor, timeout=0.2).send(message())


@pytest.mark.rule(9)
async def test_those_who_wait_behind_a_hanging_server_are_let_go_too(vendor: SmtpVendor) -> None:
    vendor.hang, one = True, driver(vendor, timeout=0.2)

    answers = await race(AT_ONCE + 2, lambda number: one.send(message(number=number)))

    assert all(isinstance(answer, MailUnavailable) for answer in answers)


@pytest.mark.rule(9)
async def test_a_server_that_takes_its_time_at_each_step_does_not_stretch_the_deadline() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers = iter([b"250 EHLO", b"250 MAIL", b"250 RCPT", b"354 DATA", b"250 taken"])
        said, ends = b"220 hello", b"\r\n"
        while True:
            await asyncio.sleep(0.15)  # each answer alone is well within the time-out
            writer.write(said + b"\r\n")
            await reader.readuntil(ends)
            said = next(answers, b"250 OK")
            ends = b"\r\n.\r\n" if said == b"354 DATA" else b"\r\n"

    async with tcp_server(slow) as port:
        server = SmtpServer("127.0.0.1", port, "none")
        with pytest.raises(MailUnavailable):
            await SmtpDriver(server, timeout=0.4).send(message())
        await SmtpDriver(server, timeout=30).send(message())


@asynccontextmanager
async def said(greeting: bytes) -> AsyncIterator[SmtpServer]:
    """A server that says *greeting* and then nothing; an empty one hangs up."""

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        if greeting:
            await asyncio.Event().wait()

    async with tcp_server(talk) as port:
        yield SmtpServer("127.0.0.1", port, "none")


@pytest.mark.rule(9)
@pytest.mark.parametrize(
    "greeting", [b"", b"554 go away\r\n", b"421 busy\r\n", b"\xff\x00 noise\r\n", b"220 hello\r\n"]
)
async def test_a_server_that_talks_nonsense_or_nothing_is_unavailable(greeting: bytes) -> None:
    async with said(greeting) as server:
        with pytest.raises(MailUnavailable):
            await SmtpDriver(server, timeout=0.3).send(message())


async def test_a_port_where_nobody_listens_is_unavailable() -> None:
    async with said(b"") as server:
        pass

    with pytest.raises(MailUnavailable):
        await SmtpDriver(server).send(message())


async def test_a_burst_goes_out_over_few_connections_at_once(vendor: SmtpVendor) -> None:
    one = driver(vendor, timeout=20)

    answers = await race(30, lambda number: one.send(message(number=number)))

    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    assert {taken.mail["Message-ID"] for taken in vendor.taken} == {
        f"<{number}@example.com>" for number in range(30)
    }
    assert vendor.most_at_once <= AT_ONCE


async def test_a_caller_that_leaves_gives_its_place_back(vendor: SmtpVendor) -> None:
    vendor.hang, one = True, driver(vendor)
    tasks = [asyncio.create_task(one.send(message())) for _ in range(AT_ONCE)]
    async with asyncio.timeout(5):
        await vendor.reached(AT_ONCE)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    vendor.hang = False
    await one.send(message())

    assert len(vendor.taken) == 1


async def test_an_address_in_another_script_needs_a_server_that_knows_it() -> None:
    async with smtp_server() as vendor:
        await driver(vendor).send(message("用户@例子.测试"))
    assert vendor.taken[0].to == ("用户@xn--fsqu00a.xn--0zwm56d",)
    assert vendor.taken[0].mail["To"] == "用户@xn--fsqu00a.xn--0zwm56d"

    async with smtp_server(utf8=False) as vendor:
        with pytest.raises(MailRefused):
            await driver(vendor).send(message("用户@例子.测试"))
        await driver(vendor).send(message("ann@例子.测试"))  # its domain has a plain spelling


def test_importing_the_package_loads_no_vendor() -> None:
    program = "import sys, pkg.mail; sys.exit(bool({'aiosmtplib', 'jinja2'} & sys.modules.keys()))"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_server_keeps_its_password_out_of_its_repr() -> None:
    assert "s3cr3t" not in repr(SmtpServer("h", 25, "none", "ann", "s3cr3t"))
