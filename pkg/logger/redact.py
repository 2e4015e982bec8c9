"""What must not be read in a log is taken out, by the name it stands under and by its shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pkg.logger.text import cut, printable

HIDDEN = "[hidden]"
KEPT, SHORT = 4096, 128  # texts that are known to be plain, and how long one may be
MAX_DEPTH = 5
MAX_ITEMS = 100

_NAMES = (
    r"pass(?:word|wd|phrase)|secret|token|ticket|cookie|authorization|credential|signature|otp"
    r"|api_?key|app_?key|access_?key|private_?key|key_secret|captcha_answer|verify_code|answer_hash"
)
SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
# A one-time code is digits; `code=sms.refused` and `close_code=4403` are what logs are for.
CODE_NAME = re.compile(r"(?:^|_)code$")
DIGITS = re.compile(r"[0-9]{4,10}")

_QUOTE = r"(?:\\{0,2}['\"]|%2[27])"  # inside other texts quotes are escaped


def _mobile(match: re.Match[str]) -> str:
    number = match[0]
    return f"{number[:-8]}****{number[-4:]}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A shape, what it becomes, and a cheap look whether it can be there at all."""

    pattern: re.Pattern[str]
    becomes: str | Callable[[re.Match[str]], str]
    needles: tuple[str, ...]  # in lower case; without one of them the pattern is not tried


def _rule(pattern: str, becomes: str | Callable[[re.Match[str]], str], *needles: str) -> Rule:
    return Rule(re.compile(pattern), becomes, needles)


# In order: what a later rule would cut in half comes first. Each is linear: it starts at a fixed
# word or at the edge of one, and repeats one class of characters. The needles matter: without them
# a line takes 100 us, with them 30.
RULES = (
    _rule(
        r"(?i)\b((?:set-)?cookie|(?:proxy-)?authorization)(['\"]?\s{0,4}[:=]\s{0,4})[^\r\n]+",
        rf"\1\2{HIDDEN}",
        "cookie",
        "authorization",
    ),
    _rule(
        r"(?i)\b(bearer|basic|digest)\s{1,4}[a-z0-9._~+/=-]{6,}",
        rf"\1 {HIDDEN}",
        "bearer",
        "basic",
        "digest",
    ),
    _rule(r"(?<![\w.-])eyJ[\w-]{6,}\.[\w.-]+", HIDDEN, "eyj"),
    _rule(r"\$(?:argon2[a-z]{1,2}|2[abxy]|scrypt)\$[^\s'\",;]+", HIDDEN, "$"),
    _rule(r"://[^\s/@'\"]{1,512}@", f"://{HIDDEN}@", "://"),
    _rule(
        rf"(?i)((?:{_NAMES})[\w-]{{0,16}}{_QUOTE}?\s{{0,4}}(?:[:=]|%3[ad])\s{{0,4}})"
        rf"(?:b?\"[^\"]*\"?|b?'[^']*'?|\\{{1,2}}['\"][^'\"\\]*|[^\s,;&)}}\]]+)",
        rf"\1{HIDDEN}",
        "=",
        ":",
        "%3",
    ),
    _rule(  # a pair, as the headers of a scope and the items of a dict are printed
        rf"(?i)(\(b?['\"][\w-]{{0,16}}(?:{_NAMES})[\w-]{{0,16}}['\"],\s{{0,4}})"
        r"b?(?:\"[^\"]*\"?|'[^']*'?)",
        rf"\1{HIDDEN}",
        "('",
        '("',
        "(b",
    ),
    _rule(
        rf"(?i)((?<![a-z_])codes?(?:\s{{1,4}}is)?(?:[\s:=,b]|%3[ad]|{_QUOTE}){{0,8}})[0-9]{{6,8}}(?![0-9])",
        rf"\1{HIDDEN}",
        "code",
    ),
    _rule(
        rf"(?i)(_code{_QUOTE}?\s{{0,4}}(?:[:=,]|%3[ad])(?:[\sb]|{_QUOTE}){{0,6}})[0-9]{{6,8}}(?![0-9])",
        rf"\1{HIDDEN}",
        "_code",
    ),
    _rule(r"(?<![\w.+-])([\w+-])[\w.+-]{0,63}@(?=[\w-]{1,63}\.)", r"\1***@", "@"),
)  # fmt: skip

# No rule can match without one of these: most fields are done with after this one look.
TRIGGER = re.compile(r"[=:@$(]|%3|(?i:bearer|basic|digest|eyj|code)")
MOBILES = re.compile(
    r"(?<![\w.+-])(?:\+[1-9][0-9]{9,14}(?!\w)|(?:0086|86)?1[3-9][0-9]{9}(?!\w|-\w))"
)
# Tokens that nothing announces: 32 random bytes or more in base64url have all three kinds.
OPAQUE = re.compile(
    r"(?<![\w-])(?=[\w-]*[0-9])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[A-Za-z0-9_-]{43,}(?![\w-])"
)


class Redactor:
    """Takes secrets out of texts and values; *secrets* are known ones, hidden wherever they are.

    What only looks like a secret goes too: that is the price.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # Shorter ones would hide ordinary words.
        known = sorted({s for s in secrets if len(s) >= 8}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None
        # Methods, routes and addresses come again and again. Only what nothing was taken out of is
        # kept, so no secret stays in memory for it.
        self._plain: set[str] = set()

    def text(self, text: str) -> str:
        """Answers *text* without what looks like a secret, cut to a sane length."""
        if len(text) < 5:
            return text
        text = cut(text)
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        if TRIGGER.search(text) is not None:
            text = _shaped(text)
        if len(text) >= 10:
            text = MOBILES.sub(_mobile, text)
        return OPAQUE.sub(HIDDEN, text) if len(text) >= 43 else text

    def line(self, text: str) -> str:
        """Answers *text* redacted, and in one line."""
        if text in self._plain:
            return text
        told = printable(self.text(text))
        if told == text and len(text) <= SHORT:
            if len(self._plain) >= KEPT:
                self._plain.clear()
            self._plain.add(text)
        return told

    def fields(self, fields: Mapping[str, object], depth: int = 0) -> dict[str, object]:
        """Answers *fields* with each value redacted by its name, then by its shape."""
        return {
            self._name(str(name)): HIDDEN if hides(str(name), value) else self.value(value, depth)
            for name, value in list(fields.items())[:MAX_ITEMS]
        }

    def _name(self, name: str) -> str:
        return name if _is_plain(name) else self.line(name)

    def value(self, value: object, depth: int = 0) -> object:
        """Answers *value* as JSON can hold it, redacted in every corner."""
        if type(value) is str:  # first: most are
            return self.line(value)
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            return value if abs(value) < 2**53 else str(value)
        if depth >= MAX_DEPTH:
            return "..."
        if isinstance(value, Mapping):
            return self.fields(value, depth + 1)
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(item, depth + 1) for item in list(value)[:MAX_ITEMS]]
        return self.line(_said(value))


def _shaped(text: str) -> str:
    lower = text.lower()
    for rule in RULES:
        if any(needle in lower for needle in rule.needles):
            text = rule.pattern.sub(rule.becomes, text)
    return text


def hides(name: str, value: object) -> bool:
    """Tells whether the name alone makes *value* a secret."""
    if value is None or isinstance(value, bool):
        return False
    return _is_secret(name) or (_is_code(name) and _looks_like_code(value))


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return SECRET_NAME.search(name.replace("-", "_")) is not None


@lru_cache(maxsize=1024)
def _is_plain(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", name) is not None


@lru_cache(maxsize=1024)
def _is_code(name: str) -> bool:
    return CODE_NAME.search(name.lower().replace("-", "_")) is not None


def _looks_like_code(value: object) -> bool:
    if isinstance(value, int):
        return value >= 10_000  # below are statuses and close codes
    return isinstance(value, str) and DIGITS.fullmatch(value) is not None


def _said(value: object) -> str:
    try:
        return value if isinstance(value, str) else str(value)
    except Exception as exc:  # noqa: BLE001  whatever a foreign __str__ raises must not end the request
        return f"<{type(value).__name__}: {type(exc).__name__} in str()>"
