"""Mobiles and e-mails, brought to the one spelling they are stored in."""

from __future__ import annotations

import re
import unicodedata

from pydantic import ValidationInfo

from pkg.validation.fault import fault

# No letter: phonenumbers reads 1800FLOWERS as digits, and takes an extension.
DIALLED = re.compile(r"\+?[0-9 ().-]{4,31}")
MAX_EMAIL = 254  # RFC 5321 4.5.3.1.3, less the angle brackets


def e164(value: str, info: ValidationInfo) -> str:
    """Answers the mobile in *value* as E.164; the context's region completes national spelling."""
    number = mobile_of(value, region_of(info))
    if number is None:
        raise fault("mobile")
    return number


def canonical_email(value: str) -> str:
    """Answers the e-mail in *value* in lower case, its domain as A-labels. Asks no DNS."""
    address = email_of(value)
    if address is None:
        raise fault("email")
    return address


def identifier(value: str, info: ValidationInfo) -> str:
    """Answers what somebody signs in by in the spelling it is stored in.

    An e-mail has an ``@``, a mobile starts with ``+``, the rest is a name. What is neither a right
    e-mail nor a right mobile stays as it is: it is nobody, and a fault here would say so sooner.
    """
    value = value.strip()
    if "@" in value:
        return email_of(value) or value.lower()
    return mobile_of(value, region_of(info)) or value


def region_of(info: ValidationInfo) -> str:
    context: dict[str, object] = info.context or {}
    return str(context.get("region", "CN"))


def mobile_of(value: str, region: str) -> str | None:
    if len(value) > 64:
        return None
    typed = unicodedata.normalize("NFKC", value).strip()  # full-width digits and plus
    if not DIALLED.fullmatch(typed):
        return None
    import phonenumbers  # noqa: PLC0415  vendor: 15 ms, 1 MB

    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    kinds = phonenumbers.PhoneNumberType  # America does not tell the two apart
    if phonenumbers.number_type(number) not in {kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE}:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def email_of(value: str) -> str | None:
    if len(value) > 320:
        return None
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  vendor: 35 ms

    try:
        # No SMTPUTF8: half the world's servers could not be written to.
        found = validate_email(
            value.strip(), check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError:
        return None
    address = (found.ascii_email or "").lower()
    return address if 0 < len(address) <= MAX_EMAIL else None
