"""Why there is no puzzle."""

from __future__ import annotations

from pkg.errors import Rejected, Unavailable


class UnknownKind(Rejected):
    """No painter is known by that name."""

    code = "captcha.kind"


class CaptchaBusy(Unavailable):
    """More pictures wait to be painted than will be in time; come back later."""

    code = "captcha.busy"
