"""Why a code is not redeemed, or not sent."""

from __future__ import annotations

from pkg.errors import Exhausted, Rejected


class WrongCode(Rejected):
    """No such code is live, or it is another one; the two look alike."""

    code = "code.wrong"


class TooManyTries(Exhausted):
    """The code is dead, the right answer included: ask for a new one."""

    code = "code.tries"


class CodeCooldown(Exhausted):
    """The last code to this recipient left too short a while ago."""

    code = "code.cooldown"


class CodeBudget(Exhausted):
    """This flow, recipient or site has had all the codes it may for now."""

    code = "code.budget"
