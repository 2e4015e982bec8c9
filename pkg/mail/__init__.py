from __future__ import annotations

from pkg.mail.config import MailConfig, SmtpServer
from pkg.mail.contract import Mail, MailDriver, MailMessage, MailRefused, MailUnavailable, Receipt
from pkg.mail.mailer import Mailer

__all__ = [
    "Mail",
    "MailConfig",
    "MailDriver",
    "MailMessage",
    "MailRefused",
    "MailUnavailable",
    "Mailer",
    "Receipt",
    "SmtpServer",
]
