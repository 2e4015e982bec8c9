"""What the whole application is told."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, Field, SecretStr


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be http://host or https://host")
    return value.rstrip("/")


def _timezone(value: str) -> str:
    if value != "UTC" and value not in available_timezones():
        raise ValueError("must be a name such as UTC or Asia/Shanghai")
    return value


def _network(value: str) -> str:
    try:
        ip_network(value, strict=False)
    except ValueError:
        raise ValueError("must be addresses or networks such as 10.0.0.0/8") from None
    return value


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if value != "*" and (_url(value) != value or value != f"{parts.scheme}://{parts.netloc}"):
        raise ValueError("must be origins such as https://example.com, without a path")
    return value


class AppConfig(BaseModel, frozen=True, extra="forbid", validate_by_name=True):
    """The application as a whole."""

    env: Literal["local", "testing", "staging", "production"] = Field(
        default="local", description="Where this runs."
    )
    key: SecretStr = Field(
        default=SecretStr(""),
        description="What every other secret is derived from; `key:generate` makes one.",
    )
    debug: bool = Field(default=False, description="More talk in the log; refused in production.")
    url: Annotated[str, AfterValidator(_url)] = Field(
        default="http://127.0.0.1:8000", description="Where people open the application."
    )
    name: str = Field(
        default="Parley",
        max_length=64,
        description="Its name in mails and pages.",
    )
    timezone: Annotated[str, AfterValidator(_timezone)] = Field(
        default="UTC", description="For what people read; everything stored is UTC."
    )
    region: str = Field(
        default="CN", pattern=r"^[A-Z]{2}$", description="Completes mobiles written without a +."
    )
    hosts: tuple[str, ...] = Field(
        default=(),
        description="Host names answered to, *.example.com included; empty: those of APP_URL"
        " and, in local and testing, every name.",
    )
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = Field(
        default=(),
        validation_alias="TRUSTED_PROXIES",
        description="Proxies whose X-Forwarded-For is believed; none, loopback included.",
    )
    cors_origins: tuple[Annotated[str, AfterValidator(_origin)], ...] = Field(
        default=(),
        validation_alias="CORS_ORIGINS",
        description="Other origins whose pages may call the API.",
    )
    request_timeout: float = Field(
        default=30.0, ge=1, le=600, description="Seconds until a request is answered with 503."
    )
    max_body_bytes: int = Field(
        default=1 << 20, ge=1024, le=1 << 30, description="The largest JSON body."
    )
    max_requests: int = Field(
        default=1000, ge=1, le=10**6, description="Requests under way at once; the next gets 503."
    )
    maintenance: bool = Field(
        default=False, description="Answers 503 to all but /health/ and /metrics."
    )

    def in_words(self, moment: datetime) -> str:
        """Answers *moment* to the minute as people here read it, the name of the zone behind it."""
        # UTC needs no table of zones, which some machines have not
        zone = UTC if self.timezone == "UTC" else ZoneInfo(self.timezone)
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M} {self.timezone}"

    @property
    def is_local(self) -> bool:
        """Tells whether conveniences for developers may act."""
        return self.env == "local"

    @property
    def is_deployed(self) -> bool:
        """Tells whether real people are served: in staging and production the same rules hold."""
        return self.env in {"staging", "production"}
