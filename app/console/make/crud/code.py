"""The policy, the actions and the controller of a crud."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from app.console.make.changes import Changes
from app.console.make.crud.resource import Resource
from app.console.make.layout import call, imports

OWN = " that is the user's own"
TAKEN = "        Taken: another one has a value that only one may have.\n"
ABSENT = "        Invalid: it would refer to what is not there.\n"
FORBIDDEN = "        Forbidden: it is somebody else's.\n"
Make = Callable[[Resource], str]


def plan_code(changes: Changes, resource: Resource) -> None:
    """Plans the policy where there is an owner, an action a verb, and the controller.

    Raises:
        Stop: there are such files already.
    """
    names = resource.subject.names
    if resource.owned and resource.writes:
        policy = resource.fill("policy")
        changes.make(f"app/policies/{names.module}.py", policy)
    folder = f"app/actions/{names.table}"
    changes.make(f"{folder}/__init__.py", "")
    for action, make in _actions(resource).items():
        changes.make(f"{folder}/{action}.py", make(resource))
    changes.make(f"app/http/controllers/{names.table}.py", _controller(resource))


def _actions(resource: Resource) -> dict[str, Make]:
    names, verbs = resource.subject.names, resource.verbs
    found: dict[str, Make] = {}
    if "index" in verbs:
        found[f"list_{names.table}"] = _list
    if {"show", "update", "delete"} & {*verbs}:
        found[f"find_{names.module}"] = _find
    makers: Mapping[str, Make] = {"create": _create, "update": _update, "delete": _delete}
    return found | {f"{verb}_{names.module}": makers[verb] for verb in verbs if verb in makers}


def _filled(stub: str, resource: Resource, needed: list[str], **holes: str) -> str:
    lines = ["from app.container import Services", *needed]
    return resource.fill(stub, **holes, imports=imports(lines))


def _list(resource: Resource) -> str:
    needed = [
        f"from app.models import {resource.subject.names.model}",
        "from pkg.paginator import CursorPage, Wanted",
        "from pkg.paginator.keyset import browse",
    ]
    return _filled("action_index", resource, needed)


def _find(resource: Resource) -> str:
    needed = [
        "from app.errors import NotFound",
        f"from app.models import {resource.subject.names.model}",
    ]
    return _filled("action_find", resource, needed)


def _create(resource: Resource) -> str:
    names = resource.subject.names
    needed = [
        f"from app.models import {names.model}",
        "from app.providers import rows",
        f"from app.requests.{names.table} import New{names.model}",
    ]
    raises = _raises(resource)
    line = f"Makes {names.article}{OWN * resource.owned}."
    return _filled(
        "action_create",
        resource,
        needed,
        doc=f"{line}\n\n    Raises:\n{raises}    " if raises else line,
        actor="user_id: int, " * resource.owned,
        owner="user_id=user_id, " * resource.owned,
    )


def _update(resource: Resource) -> str:
    needed = [
        "from collections.abc import Mapping",
        f"from app.models import {resource.subject.names.model}",
        *_writing(resource),
    ]
    return _filled(
        "action_update", resource, needed, **_guarded(resource, 2), raises=_raises(resource)
    )


def _delete(resource: Resource) -> str:
    return _filled("action_delete", resource, _writing(resource), **_guarded(resource, 1))


def _writing(resource: Resource) -> list[str]:
    names = resource.subject.names
    needed = [
        f"from app.actions.{names.table}.find_{names.module} import find_{names.module}",
        "from app.providers import rows",
        "from app.providers.rows import Seen",
    ]
    if resource.owned:
        needed.append("from app.errors import Forbidden")
        needed.append(f"from app.policies.{names.module} import can_change")
    return needed


def _guarded(resource: Resource, indent: int) -> dict[str, str]:
    """Answers the holes of what only an owner may do; they are empty where there is none."""
    names, margin = resource.subject.names, "    " * indent
    check = (
        f"{margin}if not can_change(user_id, {names.module}.user_id):\n"
        f'{margin}    raise Forbidden("somebody else\'s {names.words}")\n'
    )
    return {
        "actor": "user_id: int, " * resource.owned,
        "forbidden": FORBIDDEN * resource.owned,
        "check": check * resource.owned,
    }


def _raises(resource: Resource) -> str:
    refers = any(one.kind == "ref" for one in resource.fields)
    return ABSENT * refers + TAKEN * bool(resource.subject.uniques)


def _controller(resource: Resource) -> str:
    functions = "\n\n".join(_function(resource, verb) for verb in resource.verbs)
    if {"show", "create", "update"} & {*resource.verbs}:
        functions += "\n\n" + resource.fill("controller_told")
    needed = imports(_imports(resource, functions))
    return resource.fill("controller", imports=needed, functions=functions)


def _function(resource: Resource, verb: str) -> str:
    place = f'f"{resource.url}/{{{resource.subject.names.module}.id}}"'
    location = call("reply(request).created(", [place], indent=1)
    return resource.fill(
        f"controller_{verb}",
        actor="    user_id = principal(request).user_id\n" * resource.owned,
        by="        user_id=principal(request).user_id,\n" * resource.owned,
        owner="user_id=user_id, " * resource.owned,
        location=location * ("show" in resource.verbs),
    )


def _imports(resource: Resource, code: str) -> list[str]:
    names = resource.subject.names
    table, module, model, many = names.table, names.module, names.model, names.many_model
    actions = [f"{verb}_{module}" for verb in ("find", "create", "update", "delete")]
    known = {
        **{one: f"app.actions.{table}.{one}" for one in (*actions, f"list_{table}")},
        **dict.fromkeys(("say_version", "seen"), "app.http.etags"),
        "reply": "app.http.reply",
        "principal": "app.http.state",
        model: "app.models",
        **dict.fromkeys((f"New{model}", f"Change{model}", f"One{model}"), f"app.requests.{table}"),
        f"List{many}": f"app.requests.{table}",
        **dict.fromkeys((f"{model}Card", f"{module}_card"), f"app.resources.{module}"),
        **dict.fromkeys(("CursorPage", "mapped"), "pkg.paginator"),
    }
    words = set(re.findall(r"\w+", code))
    found = [f"from {known[word]} import {word}" for word in sorted(words & known.keys())]
    return ["from app.http.state import Req, services", *found]
