from __future__ import annotations

import pytest
from pydantic import ValidationError

from pkg.hub import HubConfig


def test_an_origin_is_kept_in_lower_case() -> None:
    assert HubConfig(origins=("https://Friends.example.com:8443",)).origins == (
        "https://friends.example.com:8443",
    )


@pytest.mark.parametrize(
    "origin", ["example.com", "https://example.com/", "https://a.b/path", "ftp://a.b", "*", "null"]
)
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(ValidationError, match="origins"):
        HubConfig(origins=(origin,))
