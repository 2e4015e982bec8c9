"""The fields that forms are made of. Each converts, or names its fault; none knows a query.

Every type takes text strictly and refuses NUL, control characters and lone surrogates.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema

from pkg.validation.contact import canonical_email, e164, identifier
from pkg.validation.fault import fault
from pkg.validation.name import account_name
from pkg.validation.number import MAX_ID, whole, whole_id
from pkg.validation.passwords import is_common
from pkg.validation.text import IN_A_LINE, Text

MIN_PASSWORD = 8  # NIST SP 800-63B-4 3.1.1.2: eight where it is not the only factor
MAX_PASSWORD_BYTES = 1024
OLDEST = date(1900, 1, 1)

SIX_DIGITS = re.compile(r"[0-9]{6}")  # \d takes full-width digits too
OPAQUE = re.compile(r"[A-Za-z0-9_-]{8,128}")
ANSWER = re.compile(r"[!-~]{1,32}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}))?")


def password(value: str) -> str:
    """Answers *value* untouched: not trimmed, not cut, any Unicode, no rule of composition.

    Those that everybody tries first are refused.
    """
    if len(value) < MIN_PASSWORD:
        raise fault("too_short", min=MIN_PASSWORD)
    given_password(value)
    if is_common(value):
        raise fault("common")
    return value


def given_password(value: str) -> str:
    """Answers *value* untouched, for comparing: no least length, or an old short one is lost."""
    if not value:
        raise fault("blank")
    if len(value.encode("utf-8", "surrogatepass")) > MAX_PASSWORD_BYTES:
        raise fault("too_many_bytes", max=MAX_PASSWORD_BYTES)
    if IN_A_LINE.search(value):
        raise fault("characters")
    return value


def six_digits(value: str) -> str:
    value = value.strip()
    if not SIX_DIGITS.fullmatch(value):
        raise fault("code")
    return value


def opaque(value: str) -> str:
    if not OPAQUE.fullmatch(value):
        raise fault("format")
    return value


def captcha_answer(value: str) -> str:
    value = value.strip()
    if not ANSWER.fullmatch(value):
        raise fault("captcha")
    return value


def uuid(value: str) -> str:
    value = value.lower()
    if not UUID.fullmatch(value):
        raise fault("format")
    return value


def birthday(value: object, info: ValidationInfo) -> date:
    if not isinstance(value, str):
        raise fault("type")
    today = (info.context or {}).get("today") or date.max
    try:
        day = date.fromisoformat(value) if DAY.fullmatch(value) else date.min
    except ValueError:  # the 30th of February
        day = date.min
    if not OLDEST <= day <= today:
        raise fault("date")
    return day


def locale(value: str) -> str:
    """Answers ``zh_CN`` for zh-cn and ``zh_Hans_CN`` for zh-hans-cn; which exist is not known."""
    found = LANGUAGE.fullmatch(value)
    if not found:
        raise fault("locale")
    language, script, country = found.groups(default="")
    return "_".join(filter(None, (language.lower(), script.title(), country.upper())))


def _id_schema(prefix: str = "") -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{prefix}[1-9][0-9]{{0,18}}$"})


Mobile = Annotated[
    str, AfterValidator(e164), WithJsonSchema({"type": "string", "examples": ["+8613800138000"]})
]
Email = Annotated[
    str, AfterValidator(canonical_email), WithJsonSchema({"type": "string", "format": "email"})
]
Identifier = Annotated[str, Text(254), AfterValidator(identifier)]
Name = Annotated[
    str,
    AfterValidator(account_name),
    WithJsonSchema({"type": "string", "minLength": 2, "maxLength": 32}),
]
Nickname = Annotated[str, Text(64, min=0)]
Password = Annotated[
    str,
    AfterValidator(password),
    WithJsonSchema({"type": "string", "minLength": 8, "maxLength": 1024, "format": "password"}),
]
GivenPassword = Annotated[
    str,
    AfterValidator(given_password),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 1024, "format": "password"}),
]
VerifyCode = Annotated[
    str, AfterValidator(six_digits), WithJsonSchema({"type": "string", "pattern": "^[0-9]{6}$"})
]
OpaqueId = Annotated[
    str,
    AfterValidator(opaque),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]{8,128}$"}),
]
CodeId = OpaqueId
CaptchaId = OpaqueId
CaptchaAnswer = Annotated[
    str,
    AfterValidator(captcha_answer),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 32}),
]
DeviceName = Annotated[str, Text(64, min=0)]
CONTENT = Text(16_384, lines=True)
Content = Annotated[str, CONTENT]
Uuid = Annotated[str, AfterValidator(uuid), WithJsonSchema({"type": "string", "format": "uuid"})]
Locale = Annotated[
    str, AfterValidator(locale), WithJsonSchema({"type": "string", "examples": ["en", "zh_CN"]})
]
Birthday = Annotated[
    date, BeforeValidator(birthday), WithJsonSchema({"type": "string", "format": "date"})
]

Id = Annotated[int, BeforeValidator(whole_id()), _id_schema()]
UserId = Annotated[int, BeforeValidator(whole_id("u:")), _id_schema("(u:)?")]
ConversationId = Annotated[int, BeforeValidator(whole_id("c:")), _id_schema("(c:)?")]
Cursor = Annotated[str, Text(1024)]  # of pkg.paginator, which reads it
Limit = Annotated[int, Field(ge=1, le=100), BeforeValidator(whole)]
PageNumber = Annotated[int, Field(ge=1, le=1_000), BeforeValidator(whole)]  # an offset costs
Seq = Annotated[int, Field(ge=0, lt=2**53), BeforeValidator(whole)]  # what a browser counts to
WholeNumber = Annotated[int, Field(ge=-MAX_ID - 1, le=MAX_ID), BeforeValidator(whole)]
