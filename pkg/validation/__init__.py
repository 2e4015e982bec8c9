from __future__ import annotations

from pkg.validation.errors import FieldFault, Invalid, NotJson
from pkg.validation.fault import fault
from pkg.validation.form import parse
from pkg.validation.json import strict
from pkg.validation.passwords import refuse_hinted
from pkg.validation.text import Text
from pkg.validation.types import (
    Birthday,
    CaptchaAnswer,
    CaptchaId,
    CodeId,
    Content,
    ConversationId,
    DeviceName,
    Email,
    GivenPassword,
    Id,
    Identifier,
    Limit,
    Locale,
    Mobile,
    Name,
    Nickname,
    OpaqueId,
    PageNumber,
    Password,
    Seq,
    UserId,
    Uuid,
    VerifyCode,
    WholeNumber,
)

__all__ = [
    "Birthday",
    "CaptchaAnswer",
    "CaptchaId",
    "CodeId",
    "Content",
    "ConversationId",
    "DeviceName",
    "Email",
    "FieldFault",
    "GivenPassword",
    "Id",
    "Identifier",
    "Invalid",
    "Limit",
    "Locale",
    "Mobile",
    "Name",
    "Nickname",
    "NotJson",
    "OpaqueId",
    "PageNumber",
    "Password",
    "Seq",
    "Text",
    "UserId",
    "Uuid",
    "VerifyCode",
    "WholeNumber",
    "fault",
    "parse",
    "refuse_hinted",
    "strict",
]
