"""What the operator sets for limits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, field_validator

from pkg.limiter.limit import Limit

KNOBS = ("enabled", "store", "prefix", "max_keys", "patience", "closed", "local")


def _limit(value: object) -> object:
    return Limit.parse(value) if isinstance(value, str) else value


def _rules(*texts: str) -> tuple[Limit, ...]:
    return tuple(Limit.parse(text) for text in texts)


Rules = tuple[Annotated[Limit, BeforeValidator(_limit)], ...]


class LimiterConfig(BaseModel, frozen=True, extra="forbid"):
    """How much of what anybody may do. A limit is amount-window/scope, several with commas."""

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
        default=("send_code",), description="Refused with 503 while the store is away."
    )
    local: tuple[str, ...] = Field(
        default=("captcha", "exist", "signup", "login", "reset", "confirm", "refresh", "message"),
        description="Counted on each node by itself while the store is away; all others pass.",
    )
    api: Rules = Field(
        default=_rules("3000-M/guest", "600-M/user"), description="Every route of the API."
    )
    captcha: Rules = Field(default=_rules("300-H/ip"), description="Pictures to solve.")
    send_code: Rules = Field(
        default=_rules(
            "100-H/ip", "1-M/recipient", "5-H/recipient", "10-D/recipient", "1000-H/global"
        ),
        description="Codes sent by text message or mail; what they may cost.",
    )
    exist: Rules = Field(default=_rules("60-H/ip"), description="Asking whether a name is taken.")
    signup: Rules = Field(default=_rules("60-H/ip"), description="New accounts.")
    login: Rules = Field(
        default=_rules("30-M/ip", "5-M/account", "100-D/account", "1000-M/global"),
        description="Signing in; account and global count failures only.",
    )
    reset: Rules = Field(default=_rules("30-H/ip"), description="Resetting a password.")
    confirm: Rules = Field(
        default=_rules("5-M/user", "100-D/user"), description="Failed confirmations."
    )
    second_factor: Rules = Field(default=_rules("5-M/user"), description="Second factors tried.")
    refresh: Rules = Field(default=_rules("60-M/session"), description="Refreshing tokens.")
    qr: Rules = Field(default=_rules("30-M/ip"), description="Signing in by QR code.")
    upload: Rules = Field(default=_rules("60-H/user"), description="Files and avatars.")
    socket: Rules = Field(
        default=_rules("50-S/ip", "60-M/user"), description="Tickets and handshakes of sockets."
    )
    message: Rules = Field(
        default=_rules("40-2S/client", "600-M/user"), description="Chat messages."
    )

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
