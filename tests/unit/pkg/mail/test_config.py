from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from config.mail import load
from pkg.config import ConfigFaults, Env
from pkg.mail import MailConfig, SmtpServer
from pkg.mail.config import smtp_server


def env(tmp_path: Path, **variables: str) -> Env:
    return Env.load(tmp_path, environ=variables)


def test_without_settings_mail_goes_to_the_log(tmp_path: Path) -> None:
    config = load(env(tmp_path))

    assert config.servers == (None,)
    assert config.timeout == 10


def test_several_servers_keep_their_order(tmp_path: Path) -> None:
    config = load(env(tmp_path, MAIL_URL="smtp://a.example.com, log://"))

    assert config.servers == (SmtpServer("a.example.com", 587), None)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://h.example", SmtpServer("h.example", 587, "starttls")),
        ("smtp://h.example/", SmtpServer("h.example", 587, "starttls")),
        ("smtps://h.example", SmtpServer("h.example", 465, "implicit")),
        ("smtp://h.example?tls=implicit", SmtpServer("h.example", 465, "implicit")),
        ("smtp://127.0.0.1:1025?tls=none", SmtpServer("127.0.0.1", 1025, "none")),
        ("smtp://[::1]:26?tls=none", SmtpServer("::1", 26, "none")),
        (
            "smtp://a%40b:p%2F%3A%2Cw@h.example:2525?ca=/etc/ca.pem",
            SmtpServer("h.example", 2525, "starttls", "a@b", "p/:,w", "/etc/ca.pem"),
        ),
        ("smtp://u:p@localhost:1?tls=none", SmtpServer("localhost", 1, "none", "u", "p")),
    ],
)
def test_a_url_says_where_and_as_whom(url: str, server: SmtpServer) -> None:
    assert smtp_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "h.example:25",
        "http://h.example",
        "smtp://",
        "smtp://u:s3cr3t@",
        "smtp://h.example:x",
        "smtp://h.example:99999",
        "smtp://h.example?tls=maybe",
        "smtp://h.example?tls=",
        "smtp://h.example?user=s3cr3t",
        "smtp://u:1/s3cr3t@h.example:25",
        "smtp://h.example#s3cr3t",
        "smtp://[::1",
        "smtp://u:s3cr3t@h.example?tls=none",
    ],
)
def test_a_url_that_cannot_be_meant_is_told_and_never_quoted(tmp_path: Path, url: str) -> None:
    read = env(tmp_path, MAIL_URL=url)
    load(read)

    if url.endswith("tls="):  # an empty one is as good as none
        read.check()
        return
    with pytest.raises(ConfigFaults, match="MAIL_URL") as caught:
        read.check()
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.rule(99)
@pytest.mark.parametrize(
    "sender", ["", "parley", "Parley <parley>", "a@b.example\r\nBcc: c@d.example", "<>", "a b@c d"]
)
def test_a_sender_that_is_no_address_is_a_fault(sender: str) -> None:
    with pytest.raises(ValueError, match="address"):
        MailConfig(sender=sender)


@pytest.mark.parametrize(
    "sender", ["a@b.example", "会话 <parley@例子.测试>", '"A, B" <a@b.example>']
)
def test_a_sender_may_have_a_name_in_any_script(sender: str) -> None:
    assert MailConfig(sender=sender).sender == sender


@pytest.mark.rule(105)
def test_the_configuration_keeps_its_password_out_of_its_repr() -> None:
    config = MailConfig(urls=(SecretStr("smtp://u:s3cr3t@h.example"),))

    assert "s3cr3t" not in repr(config) + repr(config.servers) + config.model_dump_json()
