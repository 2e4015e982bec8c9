"""Models read back into fields, as they could have been written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.console.make.existing import subject_of
from app.console.make.fields import read
from app.console.make.names import Names
from pkg.console import Stop
from tests.console.conftest import ROOT


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (
            "Member",
            (
                "conversation:ref:conversations user:ref:users role:enum:owner,admin,member"
                " read_seq:big delivered_seq:big joined_seq:big muted_until:datetime?"
            ),
        ),
        (
            "Conversation",
            (
                "kind:enum:lobby,direct,group,channel direct_key:string:64!? title:string:128"
                " avatar:string:255 owner:ref:users? last_seq:big"
            ),
        ),
        (
            "AuditEvent",
            (
                "kind:string:64 user_id:big? session_id:big? ip:string:45 device_name:string:128"
                " user_agent:string:512 detail:json"
            ),
        ),
    ],
)
def test_a_model_has_the_fields_that_would_make_it(model: str, fields: str) -> None:
    found = {replace(one, text="") for one in subject_of(ROOT, Names.of(model)).fields}

    assert found == {replace(one, text="") for one in read(fields.split())}


def test_each_reference_is_followed_to_its_model() -> None:
    found = subject_of(ROOT, Names.of("Member"))

    assert {name: model.name for name, model in found.required.items()} == {
        "conversation": "Conversation",
        "user": "User",
    }


@pytest.mark.parametrize(
    ("model", "problem"),
    [("Ghost", "there is no model Ghost"), ("Setting", "no id that the database gives")],
)
def test_what_is_no_such_model_is_refused(model: str, problem: str) -> None:
    with pytest.raises(Stop, match=problem):
        subject_of(ROOT, Names.of(model))
