"""The product's own members of the four families; each transport maps them to its own status."""

from __future__ import annotations

from pkg.errors import Rejected, Unavailable
from pkg.validation import FieldFault


class InMaintenance(Unavailable):
    """The operator closed the doors for a while."""

    code = "maintenance"


class Unauthenticated(Rejected):
    """Nobody is signed in, and this asks for somebody."""

    code = "auth.required"


class LoginRefused(Unauthenticated):
    """Name or password is wrong, there is no such account, or it is closed: one and the same."""

    code = "login.refused"


class Forbidden(Rejected):
    """Somebody is signed in, and it is not for them."""

    code = "forbidden"


class GuestOnly(Forbidden):
    """This is for callers who are not signed in."""

    code = "guest.only"


class ConfirmRequired(Forbidden):
    """The session must be confirmed first: a password or a code, within the last minutes."""

    code = "confirm.required"


class CaptchaRequired(Forbidden):
    """Too many failures came before this: solve a captcha and send it along."""

    code = "captcha.required"


class ConfirmRefused(Rejected):
    """What was to confirm the session is wrong."""

    code = "confirm.refused"


class PasswordWrong(Rejected):
    """The current password is another one."""

    code = "password.wrong"


class SignupClosed(Forbidden):
    """There is no such account, and this way in makes none."""

    code = "signup.closed"


class SchemeOff(Forbidden):
    """This way of signing in is switched off here."""

    code = "scheme.off"


class ExistHidden(Forbidden):
    """Who has an account here is not told."""

    code = "exist.hidden"


class Muted(Forbidden):
    """They may not speak here for a while."""

    code = "member.muted"


class Gone(Rejected):
    """It was there, and cannot be had any more."""

    code = "gone"


class MessageClosed(Gone):
    """It was said too long ago to be edited or recalled."""

    code = "message.closed"


class MessageRecalled(Gone):
    """It was taken back, and has no content to edit."""

    code = "message.recalled"


class CaptchaWrong(Rejected):
    """The captcha's answer is wrong, or its puzzle is spent or too old."""

    code = "captcha.wrong"


class NotFound(Rejected):
    """There is no such thing, or the caller may not know of it."""

    code = "not_found"


class Conflict(Rejected):
    """It is there already, or somebody else was first."""

    code = "conflict"


class NameTaken(Conflict):
    """Another account has this name."""

    code = "name.taken"


class MobileTaken(Conflict):
    """Another account has this mobile."""

    code = "mobile.taken"


class EmailTaken(Conflict):
    """Another account has this e-mail."""

    code = "email.taken"


class Taken(Conflict):
    """Another one has this value, and only one may: the answer names the field."""

    code = "taken"

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is taken")
        self.faults = {field: (FieldFault("taken"),)}


class InUse(Conflict):
    """Others refer to it, so it cannot go."""

    code = "in_use"


class Stale(Rejected):
    """It was changed since the caller saw it, or is gone."""

    code = "stale"
