"""Why somebody is not let in."""

from __future__ import annotations

from pkg.errors import Rejected
from pkg.jwt import TokenRejected


class AccountClosed(Rejected):
    """The account is disabled."""

    code = "account.disabled"


class TicketRefused(TokenRejected):
    """The ticket was used, is too old, or was given to somebody else."""

    code = "ticket.refused"
