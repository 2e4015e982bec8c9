from __future__ import annotations

import pytest
from pydantic import ValidationError

from pkg.metrics import MetricsConfig

TOKEN = "q" * 32


def test_a_token_is_optional_and_never_shown() -> None:
    assert MetricsConfig().token.get_secret_value() == ""
    assert TOKEN not in repr(MetricsConfig.model_validate({"token": TOKEN}))


@pytest.mark.parametrize("token", ["q" * 31, "q" * 31 + " ", "q " * 16, "q," * 16, "ü" * 32])
def test_a_token_that_can_be_guessed_or_not_be_sent_is_refused(token: str) -> None:
    with pytest.raises(ValidationError):
        MetricsConfig.model_validate({"token": token})
