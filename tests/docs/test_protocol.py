from __future__ import annotations

import re

from pkg.hub.errors import CloseCode
from tests.docs.pages import ROOT, names, rows

PAGE = ROOT / "docs" / "protocol.md"


def test_every_close_code_is_explained_and_no_other() -> None:
    told = {
        int(code) for first, *_ in rows(PAGE, "Close codes") for code in re.findall(r"\d+", first)
    }

    assert told == {int(code) for code in CloseCode}


def test_every_frame_in_the_table_names_its_type() -> None:
    frames = [name for _, cell in rows(PAGE, "Frames") for name in names(cell) if name[0] == "{"]

    assert len(frames) >= 12
    assert all(frame.startswith('{"type":"') for frame in frames)
