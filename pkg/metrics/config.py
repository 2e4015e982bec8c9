"""Who may read the figures."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, SecretStr

LEAST = 32  # bytes, as for every secret of ours


def _long(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if text and (len(text) < LEAST or not text.isascii() or text.split() != [text] or "," in text):
        raise ValueError(f"must be {LEAST} ASCII characters or more, without blanks and commas")
    return value


class MetricsConfig(BaseModel, frozen=True, extra="forbid"):
    """What `GET /metrics` asks for."""

    token: Annotated[SecretStr, AfterValidator(_long)] = Field(
        default=SecretStr(""),
        description="Who shows it as Bearer may read /metrics. Empty: this machine alone may, and"
        " in staging and production nobody.",
    )
