"""make:action, make:policy."""

from __future__ import annotations

from app.console.make.changes import Changes
from app.console.make.names import Names
from app.console.make.single.generator import generator, named, pair, words
from app.console.make.stub import fill


@generator("make:action", metavar="TOPIC/NAME")
def make_action(changes: Changes, name: str) -> None:
    """Writes an action, such as chat/archive_talk, which every way in shares, and its test."""
    topic, verb = pair(name, "TOPIC/NAME, such as chat/archive_talk")
    holes = {"topic": topic, "name": verb, "Words": words(verb).capitalize()}
    package = f"app/actions/{topic}/__init__.py"
    if not (changes.root / package).exists():
        changes.make(package, "")
    changes.make(f"app/actions/{topic}/{verb}.py", fill("single/action", **holes))
    test = fill("single/action_test", **holes)
    changes.make(f"tests/unit/app/actions/{topic}/test_{verb}.py", test)


@generator("make:policy")
def make_policy(changes: Changes, name: str) -> None:
    """Writes a policy, which tells who may do what with a NAME, and its test."""
    names = Names.of(named(name))
    holes = {"module": names.module, "article": names.article}
    changes.make(f"app/policies/{names.module}.py", fill("crud/policy", **holes))
    test = fill("crud/policy_test", **holes)
    changes.make(f"tests/unit/app/policies/test_{names.module}.py", test)
