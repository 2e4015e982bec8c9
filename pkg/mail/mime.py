"""A mail as the bytes that travel: RFC 5322 headers, text and HTML side by side."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from pkg.mail.contract import MailMessage, MailRefused

POLICY = SMTP.clone(cte_type="7bit", max_line_length=78)  # any server takes seven bits


def build(message: MailMessage) -> EmailMessage:
    """Answers *message* as multipart/alternative, non-ASCII headers encoded.

    Raises:
        MailRefused: an address or a header cannot be written.
    """
    try:
        mime = EmailMessage(policy=POLICY)
        mime["From"] = mailbox(message.sender)
        mime["To"] = mailbox(message.to)
        mime["Subject"] = message.subject
        mime["Date"] = format_datetime(message.date)
        mime["Message-ID"] = message.id
        # No answering machine shall answer (RFC 3834; the second is Exchange's own).
        mime["Auto-Submitted"] = "auto-generated"
        mime["X-Auto-Response-Suppress"] = "All"
        mime.set_content(message.text)
        mime.add_alternative(message.html, subtype="html")
        # Last: set_content throws every Content- header away.
        mime["Content-Language"] = message.locale.replace("_", "-")
    except ValueError:  # UnicodeError too; its text may quote the address
        raise MailRefused("the mail cannot be written out") from None
    return mime


def mailbox(address: str) -> Address:
    """Answers *address* with its domain in A-labels (RFC 5891), so that any server knows it."""
    name, bare = parseaddr(address)
    local, _, domain = bare.rpartition("@")
    return Address(name, local, domain_of(domain))


def domain_of(domain: str) -> str:
    """Answers *domain* in A-labels."""
    return domain if domain.isascii() else domain.encode("idna").decode()
