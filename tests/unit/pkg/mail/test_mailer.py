from __future__ import annotations

import re
from pathlib import Path

import pytest

from pkg.clock import FakeClock
from pkg.mail import Mail, MailDriver, Mailer, MailRefused, MailUnavailable
from pkg.mail.drivers.fake import FakeDriver
from pkg.mail.drivers.log import LogDriver
from pkg.mail.templates import Templates
from pkg.manager import Manager

FOLDER = Path(__file__).resolve().parents[4] / "resources" / "mail"
CODE = {"code": "493817", "minutes": "5"}


@pytest.fixture
def fake() -> FakeDriver:
    return FakeDriver()


@pytest.fixture
def mailer(fake: FakeDriver, clock: FakeClock) -> Mailer:
    drivers: Manager[MailDriver] = Manager({"fake": lambda: fake}, default="fake")
    templates = Templates(FOLDER, shared={"app": "Parley"})
    return Mailer(drivers, lambda: templates, sender="Parley <parley@例子.测试>", clock=clock)


async def test_a_mail_is_written_in_the_readers_language_and_sent(
    mailer: Mailer, fake: FakeDriver, clock: FakeClock
) -> None:
    receipt = await mailer.send(Mail("ann@example.com", "login", "zh_CN", CODE))

    (sent,) = fake.sent
    assert (sent.to, sent.locale, sent.template) == ("ann@example.com", "zh_CN", "login")
    assert sent.params == CODE
    assert sent.sender == "Parley <parley@例子.测试>"
    assert sent.date == clock.now()
    assert receipt.id == sent.id


async def test_each_mail_has_an_id_of_its_own_under_the_senders_domain(mailer: Mailer) -> None:
    ids = {mailer.write(Mail("ann@example.com", "login", params=CODE)).id for _ in range(50)}

    assert len(ids) == 50
    assert all(re.fullmatch(r"<[0-9a-f]{32}@xn--fsqu00a\.xn--0zwm56d>", id) for id in ids)


@pytest.mark.rule(99)
@pytest.mark.parametrize("to", ["ann@example.com\r\nBcc: eve@example.com", "ann", "a@b, c@d"])
async def test_an_impossible_address_is_refused_unsent(
    mailer: Mailer, fake: FakeDriver, to: str
) -> None:
    with pytest.raises(MailRefused):
        await mailer.send(Mail(to, "login", params=CODE))
    assert not fake.sent


@pytest.mark.rule(9)
async def test_a_failure_reaches_the_caller(mailer: Mailer, fake: FakeDriver) -> None:
    fake.failure = MailUnavailable("down")

    with pytest.raises(MailUnavailable, match="down"):
        await mailer.send(Mail("ann@example.com", "login", params=CODE))


async def test_a_fake_stands_in_for_a_block(mailer: Mailer, fake: FakeDriver) -> None:
    with mailer.drivers.swap(FakeDriver()) as other:
        await mailer.send(Mail("ann@example.com", "login", params=CODE))

    assert isinstance(other, FakeDriver)
    assert (len(other.sent), len(fake.sent)) == (1, 0)


@pytest.mark.rule(7)
def test_a_mail_that_was_asked_for_keeps_its_code_out_of_its_repr() -> None:
    assert "493817" not in repr(Mail("ann@example.com", "login", params=CODE))


async def test_the_log_shows_whom_what_and_why(mailer: Mailer) -> None:
    lines: list[str] = []
    log = LogDriver(lines.append)

    await log.send(mailer.write(Mail("ann@example.com", "login", params=CODE)))
    await log.send(mailer.write(Mail("ann@example.com", "password_changed")))

    assert lines == [
        "[mail] ann@example.com  verify code 493817 (login)",
        "[mail] ann@example.com  Your Parley password was changed (password_changed)",
    ]
