"""What the operator sets for mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator

from pkg.helpers import is_loopback
from pkg.mail.contract import ADDRESS, CONTROL

Tls = Literal["starttls", "implicit", "none"]
PORTS: dict[Tls, int] = {"starttls": 587, "implicit": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where to hand mail in, and as whom."""

    host: str
    port: int
    tls: Tls = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""  # a file of certificates to trust instead of the system's


class MailConfig(BaseModel, frozen=True, extra="forbid", populate_by_name=True):
    """Who sends mail, and under which name."""

    urls: tuple[SecretStr, ...] = Field(
        default=(SecretStr("log://"),),
        min_length=1,
        validation_alias="MAIL_URL",
        description="log:// or smtp://user:pass@host:port?tls=starttls|implicit|none&ca=file; of "
        "several, with commas, the next is asked when one is down.",
    )
    sender: str = Field(
        default="Parley <parley@localhost>",
        max_length=320,
        validation_alias="MAIL_FROM",
        description="The sender: an address, or Name <address>.",
    )
    timeout: float = Field(default=10.0, gt=0, le=60, description="Seconds for one driver's send.")

    @field_validator("urls")
    @classmethod
    def _known(cls, urls: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for url in urls:
            smtp_server(url.get_secret_value())
        return urls

    @field_validator("sender")
    @classmethod
    def _one_address(cls, sender: str) -> str:
        if CONTROL.search(sender) or not ADDRESS.fullmatch(parseaddr(sender)[1]):
            raise ValueError("must be an address, or Name <address>")
        return sender

    @property
    def servers(self) -> tuple[SmtpServer | None, ...]:
        """Where mail goes, in the order it is tried; None stands for the log."""
        return tuple(smtp_server(url.get_secret_value()) for url in self.urls)


def smtp_server(url: str) -> SmtpServer | None:
    """Reads a MAIL_URL; None is the log. The words of its ValueError never quote the URL."""
    parts = urlsplit(url)
    if parts.scheme == "log":
        return None
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError("must start with log://, smtp:// or smtps://")
    if parts.path not in {"", "/"} or parts.fragment:
        raise ValueError("has a path: write / and # in a password as %2F and %23")
    query = parse_qs(parts.query)
    tls = _tls(parts.scheme, query.pop("tls", [""])[0])
    ca = query.pop("ca", [""])[0]
    if query:
        raise ValueError("may have ?tls= and &ca= only")
    host, port = _address(parts)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and tls == "none" and not is_loopback(host):
        raise ValueError("would send the password in clear: use tls=starttls or tls=implicit")
    return SmtpServer(host, port or PORTS[tls], tls, user, password, ca)


def _tls(scheme: str, asked: str) -> Tls:
    known: dict[str, Tls] = {"starttls": "starttls", "implicit": "implicit", "none": "none"}
    tls = known.get(asked or ("implicit" if scheme == "smtps" else "starttls"))
    if tls is None:
        raise ValueError("has a tls that is none of starttls, implicit, none")
    return tls


def _address(parts: SplitResult) -> tuple[str, int | None]:
    try:
        port = parts.port
    except ValueError:
        raise ValueError("has a port that is no number up to 65535") from None
    if not parts.hostname:
        raise ValueError("names no host")
    return parts.hostname, port
