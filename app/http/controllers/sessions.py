"""Going out, and the list of one's own logins."""

from __future__ import annotations

from app.actions.auth.confirm import Proof
from app.actions.auth.confirm import confirm as confirm_session
from app.actions.auth.end_sessions import end_others, end_session, log_out
from app.http import cookies
from app.http.state import Req, device, principal, services
from app.requests.login import Confirm, Logout, OneSession
from app.resources.session import ConfirmCard, SessionCard, session_card
from pkg.helpers import stamp


async def logout(request: Req, form: Logout) -> None:
    await log_out(services(request), principal(request), everywhere=form.all)
    cookies.clear(request)


async def index(request: Req) -> list[SessionCard]:
    me, found = principal(request), services(request)
    rows = await found.auth.sessions.of_user(me.user_id)
    return [
        session_card(row, current=me.session_id, sockets=found.hub.sockets_of(row.id))
        for row in rows
    ]


async def end(request: Req, form: OneSession) -> None:
    await end_session(services(request), principal(request), id=form.id)


async def end_all_others(request: Req) -> None:
    await end_others(services(request), principal(request))


async def confirm(request: Req, form: Confirm) -> ConfirmCard:
    until = await confirm_session(
        services(request),
        principal(request),
        Proof(form.password, form.code_id, form.verify_code),
        device=device(request),
    )
    return {"confirmed_until": stamp(until)}
