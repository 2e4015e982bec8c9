"""An account that an operator makes."""

from __future__ import annotations

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from pkg.validation import Email, Mobile, Name, Password


class NewUserForm(BaseModel, frozen=True, extra="forbid"):
    """The form of `user:create`: a name, a password, and a mobile or an e-mail or both."""

    name: Name
    password: Password = Field(repr=False)
    mobile: Mobile | None = None
    email: Email | None = None

    @model_validator(mode="after")
    def _reachable(self) -> NewUserForm:
        if self.mobile is None and self.email is None:
            raise PydanticCustomError("one_of", "one of mobile and email")
        return self
