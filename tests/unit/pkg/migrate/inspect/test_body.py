"""What only SQLite's own text of a table tells."""

from __future__ import annotations

import pytest

from pkg.migrate.inspect import body

MADE = """CREATE TABLE "odd (one)" (
  -- a comment, with a comma CHECK (never)
  "a" INT DEFAULT ')' CHECK ("a" > 0),
  `b` VARCHAR(9) NOT NULL CONSTRAINT b_said CHECK (b IN ('x,', 'CHECK (y)')),
  [c] INT REFERENCES other (id),
  CONSTRAINT "odd_c_foreign" FOREIGN KEY ("a", c) REFERENCES "other" ("id", x) ON DELETE CASCADE,
  FOREIGN KEY (b) REFERENCES third (id),
  /* CHECK (nor this) */ CONSTRAINT whole CHECK ((a + (c)) < 3)
)"""


def test_checks_are_found_wherever_they_stand() -> None:
    assert body.checks(MADE) == [
        ("", '"a" > 0'),
        ("b_said", "b IN ('x,', 'CHECK (y)')"),
        ("whole", "(a + (c)) < 3"),
    ]


def test_only_references_with_a_name_have_one() -> None:
    assert body.reference_names(MADE) == {("a", "c"): "odd_c_foreign"}


@pytest.mark.parametrize(
    ("written", "meant"), [('"a""b"', 'a"b'), ("`a`", "a"), ("[a b]", "a b"), ("plain", "plain")]
)
def test_a_name_loses_its_quotes(written: str, meant: str) -> None:
    assert body.unquoted(written) == meant
