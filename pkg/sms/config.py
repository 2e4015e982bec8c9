"""What the operator sets for text messages."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, SecretStr

PURPOSES = ("login", "signup", "reset", "bind", "confirm")


class SmsConfig(BaseModel, frozen=True, extra="forbid", populate_by_name=True):
    """Who sends text messages, and the account there."""

    drivers: tuple[Literal["log", "aliyun"], ...] = Field(
        default=("log",),
        min_length=1,
        validation_alias="SMS_DRIVER",
        description="Who sends; of several, with commas, the next is asked when one is down.",
    )
    timeout: float = Field(default=5.0, gt=0, le=10, description="Seconds for one driver's send.")
    aliyun_key_id: str = Field(default="", max_length=128, description="AccessKey id.")
    aliyun_key_secret: SecretStr = Field(default=SecretStr(""), description="AccessKey secret.")
    aliyun_sign: str = Field(default="", max_length=64, description="The approved signature.")
    aliyun_template: str = Field(
        default="", max_length=64, description="Template for codes without one of their own."
    )
    aliyun_template_login: str = Field(default="", max_length=64, description="Template: login.")
    aliyun_template_signup: str = Field(default="", max_length=64, description="Template: signup.")
    aliyun_template_reset: str = Field(default="", max_length=64, description="Template: reset.")
    aliyun_template_bind: str = Field(default="", max_length=64, description="Template: bind.")
    aliyun_template_confirm: str = Field(
        default="", max_length=64, description="Template: confirm."
    )
    aliyun_endpoint: str = Field(
        default="dysmsapi.aliyuncs.com", max_length=255, description="The vendor's host."
    )

    @property
    def aliyun_templates(self) -> dict[str, str]:
        """The vendor's template for each of our names that has one."""
        own = {purpose: getattr(self, f"aliyun_template_{purpose}") for purpose in PURPOSES}
        return {name: found for name in PURPOSES if (found := own[name] or self.aliyun_template)}
