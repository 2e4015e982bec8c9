"""What the operator sets for limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationInfo, field_validator

from pkg.limiter.limit import Limit

KNOBS = ("enabled", "store", "prefix", "max_keys", "patience", "closed", "local")


def _limit(value: object) -> object:
    return Limit.parse(value) if isinstance(value, str) else value


def _rules(*texts: str) -> tuple[Limit, ...]:
    return tuple(Limit.parse(text) for text in texts)


Rules = Annotated[tuple[Annotated[Limit, BeforeValidator(_limit)], ...], Field(min_length=1)]


class LimiterConfig(BaseModel, frozen=True, extra="forbid"):
    """How much of what anybody may do: amount-window, S M H or D, several rules with commas."""

    enabled: bool = Field(default=True, description="Off counts nothing: for load tests only.")
    store: Literal["memory", "redis"] = Field(default="memory", description="Where.")
    prefix: str = Field(default="limit:", max_length=32, description="redis: before every key.")
    max_keys: int = Field(
        default=100_000, ge=100, le=10**6, description="memory: counters at most; oldest go first."
    )
    patience: float = Field(
        default=0.5, gt=0, le=1, description="redis: seconds before it counts as away."
    )
    closed: tuple[str, ...] = Field(
        default=("send_code", "code_recipient", "code_budget"),
        description="Names refused with 503 while the store is away.",
    )
    local: tuple[str, ...] = Field(
        default=("captcha", "exist", "login", "login_account", "confirm", "refresh", "message"),
        description="Names each node counts by itself while the store is away; the rest pass.",
    )
    api: Rules = Field(
        default=_rules("3000-M/ip"), description="Any route, while nobody is signed in."
    )
    api_user: Rules = Field(
        default=_rules("600-M/user"), description="Any route, while somebody is."
    )
    captcha: Rules = Field(default=_rules("300-H/ip"), description="Pictures to solve.")
    send_code: Rules = Field(default=_rules("100-H/ip"), description="Asking for a code.")
    code_recipient: Rules = Field(
        default=_rules("1-M/recipient", "5-H/recipient", "10-D/recipient"),
        description="Codes to one mobile or e-mail.",
    )
    code_budget: Rules = Field(
        default=_rules("1000-H/all"), description="Codes to all together: what they may cost."
    )
    exist: Rules = Field(default=_rules("60-H/ip"), description="Asking whether a name is taken.")
    login: Rules = Field(default=_rules("30-M/ip"), description="Signing up, in, or back in.")
    login_account: Rules = Field(
        default=_rules("5-M/account", "100-D/account"),
        description="Failures on one account, known or not.",
    )
    login_budget: Rules = Field(
        default=_rules("1000-M/all"), description="Failures on all accounts together."
    )
    confirm: Rules = Field(
        default=_rules("5-M/user", "100-D/user"), description="Failures to prove it is you."
    )
    refresh: Rules = Field(default=_rules("60-M/session"), description="Refreshing tokens.")
    upload: Rules = Field(default=_rules("60-H/user"), description="Files and avatars.")
    message: Rules = Field(default=_rules("40-2S/user", "600-M/user"), description="Messages.")
    watch: Rules = Field(default=_rules("60-M/user"), description="Asking who is online.")

    @field_validator("*")
    @classmethod
    def _scoped(cls, value: object, info: ValidationInfo) -> object:
        """Gives each rule its name's scope: what a name counts by is not the operator's to set."""
        if info.field_name in KNOBS or not isinstance(value, tuple):
            return value
        scope = cls.model_fields[info.field_name or ""].default[0].scope
        if any(limit.scope not in {"", scope} for limit in value):
            raise ValueError(f"is counted by {scope}")
        return tuple(replace(limit, scope=scope) for limit in value)

    @field_validator("closed", "local")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in names if name in KNOBS or name not in cls.model_fields]
        if unknown:
            raise ValueError(f"no limit is named {', '.join(unknown)}")
        return names

    @property
    def rules(self) -> dict[str, tuple[Limit, ...]]:
        """Every named limit."""
        return {name: getattr(self, name) for name in type(self).model_fields if name not in KNOBS}
