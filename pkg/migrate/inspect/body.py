"""The text between the parentheses of SQLite's CREATE TABLE, which alone has names and checks."""

from __future__ import annotations

import re

from pkg.migrate.inspect.words import bare

TOKEN = re.compile(
    r"""
    '(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \[[^\]]*\]  # quoted
    | --[^\n]* | /\*.*?\*/ | \s+ | \w+ | .
    """,
    re.VERBOSE | re.DOTALL,
)
COMMENT = ("--", "/*")


def checks(sql: str) -> list[tuple[str, str]]:
    """Answers name and expression of each check of the table, by name."""
    found = []
    for part in parts(sql):
        for at, word in enumerate(part):
            if word.upper() == "CHECK" and _opens(part, at + 1):
                found.append((_name_before(part, at), bare(_enclosed(part, at + 1))))
    return sorted(found)


def reference_names(sql: str) -> dict[tuple[str, ...], str]:
    """Answers the names of the foreign keys that were given one, by their columns."""
    found = {}
    for part in parts(sql):
        words = [word for word in part if word.strip()]
        upper = [word.upper() for word in words]
        if upper[:1] != ["CONSTRAINT"] or upper[2:4] != ["FOREIGN", "KEY"]:
            continue
        end = words.index(")")
        found[tuple(unquoted(word) for word in words[5:end] if word != ",")] = unquoted(words[1])
    return found


def parts(sql: str) -> list[list[str]]:
    """Answers the words of each definition in the body of *sql*, comments left out."""
    depth, found = 0, [[""]]
    for word in TOKEN.findall(sql):
        if word.startswith(COMMENT):
            continue
        if word == ")":
            depth -= 1
            if depth == 0:
                break
        if depth == 1 and word == ",":
            found.append([])
        elif depth >= 1:
            found[-1].append(word)
        if word == "(":
            depth += 1
    return [part for part in found if any(word.strip() for word in part)]


def unquoted(word: str) -> str:
    """Answers a name without its quotes."""
    if len(word) > 1 and word[0] in "\"`['":
        mark = word[0]
        return word[1:-1].replace(mark * 2, mark)
    return word


def _opens(part: list[str], at: int) -> bool:
    return next((word for word in part[at:] if word.strip()), "") == "("


def _enclosed(part: list[str], at: int) -> str:
    depth, taken = 0, []
    for word in part[at:]:
        depth += (word == "(") - (word == ")")
        taken.append(word)
        if depth == 0 and word == ")":
            break
    return "".join(taken)


def _name_before(part: list[str], at: int) -> str:
    words = [word for word in part[:at] if word.strip()]
    named = len(words) > 1 and words[-2].upper() == "CONSTRAINT"
    return unquoted(words[-1]) if named else ""
