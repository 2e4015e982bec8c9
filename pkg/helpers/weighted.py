from __future__ import annotations

import re

MAX_LENGTH = 1024  # a header is as long as its sender likes; real ones have a hundred signs
MAX_PARTS = 32
WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


def weighted(header: str) -> list[tuple[str, float]]:
    """Answers the parts of an Accept header with their weights, best first, in lower case.

    Of equal weights the first stays first; a part with weight 0 is one that is refused. Parts that
    are malformed are left out, and so is all beyond 32 parts or 1024 signs.
    Source: RFC 9110 12.4.2.
    """
    found = []
    for part in header[:MAX_LENGTH].lower().split(",")[:MAX_PARTS]:
        value, *params = (piece.strip() for piece in part.split(";"))
        weights = [param[2:] for param in params if param.startswith("q=")]
        weight = weights[0] if weights else "1"
        if value and WEIGHT.fullmatch(weight):
            found.append((value, float(weight)))
    return sorted(found, key=lambda each: -each[1])
