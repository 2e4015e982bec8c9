"""How people sign in, and for how long."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class AuthConfig(BaseModel, frozen=True, extra="forbid"):
    """Signing in and staying signed in."""

    test_hooks: bool = Field(
        default=False,
        description="Takes captcha_skip_test and code 123456 for test numbers; local and testing"
        " only.",
    )
    schemes: tuple[Literal["password", "mobile", "email"], ...] = Field(
        default=("password", "mobile", "email"), min_length=1, description="Ways to sign in."
    )
    auto_signup: bool = Field(
        default=True, description="Signing in with a code makes the account on its first use."
    )
    signup: bool = Field(default=True, description="Whether new people may make an account at all.")
    enumeration: Literal["protect", "allow"] = Field(
        default="protect", description="Whether signup/exist tells who has an account."
    )
    access_ttl: int = Field(
        default=900, ge=60, le=86_400, description="Seconds an access token lives."
    )
    refresh_ttl: int = Field(
        default=30 * 86_400, ge=300, le=10**8, description="Seconds a session may rest unused."
    )
    session_ttl: int = Field(
        default=180 * 86_400, ge=300, le=10**8, description="Seconds a session lives at most."
    )
    confirm_ttl: int = Field(
        default=900, ge=30, le=86_400, description="Seconds a confirmation counts."
    )
    ticket_ttl: int = Field(
        default=30, ge=5, le=300, description="Seconds a socket's ticket lives."
    )
    captcha_after: int = Field(
        default=3, ge=0, le=100, description="Failures of one login before it wants a captcha."
    )
