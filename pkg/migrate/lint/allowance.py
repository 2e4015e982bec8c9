"""What a file allows itself, with the reason: `# lint: allow PG101 the table has ten rows`."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass, field

WORDS = re.compile(
    r"#\s*lint:\s*allow\b\s*(?P<codes>[A-Z]{2}\d{3}(?:\s*,\s*[A-Z]{2}\d{3})*)?(?P<why>.*)"
)


@dataclass(slots=True)
class Allowance:
    """One comment, and the lines it speaks of. *used*: the codes that something was found for."""

    line: int
    codes: tuple[str, ...]
    reason: str
    first: int
    last: int
    used: set[str] = field(default_factory=set)

    @property
    def fault(self) -> str:
        """Answers what is wrong with it, empty when nothing is."""
        if not self.codes:
            return "names no rule"
        if not self.reason:
            return "gives no reason"
        idle = [code for code in self.codes if code not in self.used]
        return f"allows {', '.join(idle)}, which is not found there" if idle else ""

    def covers(self, line: int, code: str) -> bool:
        """Tells whether it allows *code* on *line*, and remembers that it did."""
        if code not in self.codes or not self.reason or not self.first <= line <= self.last:
            return False
        self.used.add(code)
        return True


def allowances(text: str) -> list[Allowance]:
    """Answers those of a file: one in or above a statement speaks of it, any other of the file."""
    end = text.count("\n") + 1
    spans = _spans(text)
    found = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        match = WORDS.match(token.string) if token.type == tokenize.COMMENT else None
        if match:
            line = token.start[0]
            codes = tuple(re.findall(r"[A-Z]{2}\d{3}", match["codes"] or ""))
            first, last = next(
                (one for one in spans if line in range(one[0], one[1] + 1)), (0, end)
            )
            found.append(Allowance(line, codes, match["why"].strip(" :-"), first, last))
    return found


def _spans(text: str) -> list[tuple[int, int]]:
    """Answers the lines of each innermost statement of a function, comments right above it too."""
    lines = text.splitlines()
    spans = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Expr, ast.Assign, ast.Return)) and node.col_offset:
            first = node.lineno
            while first > 1 and lines[first - 2].lstrip().startswith("#"):
                first -= 1
            spans.append((first, node.end_lineno or node.lineno))
    return spans
