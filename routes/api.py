"""Every way in over HTTP, one row each: path, form, answer, guard, limit."""

from __future__ import annotations

from typing import Final

from app.errors import (
    CaptchaRequired,
    CaptchaWrong,
    ConfirmRefused,
    EmailTaken,
    ExistHidden,
    Forbidden,
    LoginRefused,
    MessageClosed,
    MessageRecalled,
    MobileTaken,
    Muted,
    NameTaken,
    NotFound,
    PasswordWrong,
    SchemeOff,
    SignupClosed,
)
from app.http.controllers import captcha, chat, login, passwords, sessions, signup, users
from app.http.guards import anyone, confirmed, guest, user
from app.http.routing import delete, get, group, patch, post, put
from app.http.upload import Upload
from app.requests.chat import (
    EditMessage,
    ListMessages,
    ListPresence,
    MarkRead,
    OneMessage,
    PostMessage,
)
from app.requests.login import (
    Confirm,
    LoginByEmail,
    LoginByMobile,
    LoginByPassword,
    Logout,
    OneSession,
    Refresh,
    ResetByEmail,
    ResetByMobile,
)
from app.requests.signup import Exist, SignUpByEmail, SignUpByMobile
from app.requests.users import (
    ChangeEmail,
    ChangeMobile,
    ChangePassword,
    ChangeProfile,
    ListUsers,
    OneUser,
)
from app.requests.verify import NewCaptcha, SendEmailCode, SendMobileCode
from app.resources.message import MessageCard
from app.resources.presence import PresenceCard, ReadCard
from app.resources.session import ConfirmCard, SessionCard
from app.resources.sign_in import SignIn
from app.resources.ticket import TicketCard
from app.resources.user import ExistCard, OwnCard, UserCard
from app.resources.verify import CaptchaCard, CodeCard
from pkg.auth import AccountClosed
from pkg.captcha import CaptchaBusy
from pkg.file import ImageRefused, ImagesBusy, ImageTooLarge
from pkg.hash import HashingBusy
from pkg.hub import ConversationGone, IdReused, MessageRefused, StoreBusy
from pkg.jwt import TokenExpired, TokenInvalid
from pkg.mail import MailRefused, MailUnavailable
from pkg.paginator import CursorPage, Page
from pkg.session import TokenReused, TokenRevoked
from pkg.sms import SmsRefused, SmsUnavailable
from pkg.verifycode import CodeBudget, CodeCooldown, TooManyTries, WrongCode
from routes.root import ROOT

CODE: Final = (WrongCode, TooManyTries)
SEND: Final = (SchemeOff, CaptchaWrong, CodeCooldown, CodeBudget)
SMS: Final = (*SEND, SmsRefused, SmsUnavailable)
MAIL: Final = (*SEND, MailRefused, MailUnavailable)

# fmt: off
API: Final = ROOT + group("/api/v1", limit="api")(
    post("/auth/captcha", captcha.issue, body=NewCaptcha, answer=CaptchaCard, guard=anyone, limit="captcha", refuses=(CaptchaBusy,)),
    post("/auth/verify-codes/mobile", captcha.send_to_mobile, body=SendMobileCode, answer=CodeCard, guard=anyone, limit="send_code", refuses=SMS),
    post("/auth/verify-codes/email", captcha.send_to_email, body=SendEmailCode, answer=CodeCard, guard=anyone, limit="send_code", refuses=MAIL),
    post("/auth/signup/exist", signup.exist, body=Exist, answer=ExistCard, guard=anyone, limit="exist", refuses=(ExistHidden, CaptchaWrong)),
    post("/auth/signup/mobile", signup.by_mobile, body=SignUpByMobile, answer=SignIn, guard=guest, limit="login", status=201, refuses=(*CODE, HashingBusy, SignupClosed, NameTaken, MobileTaken)),
    post("/auth/signup/email", signup.by_email, body=SignUpByEmail, answer=SignIn, guard=guest, limit="login", status=201, refuses=(*CODE, HashingBusy, SignupClosed, NameTaken, EmailTaken)),
    post("/auth/login/password", login.by_password, body=LoginByPassword, answer=SignIn, guard=guest, limit="login", refuses=(LoginRefused, SchemeOff, CaptchaRequired, CaptchaWrong, HashingBusy)),
    post("/auth/login/mobile", login.by_mobile, body=LoginByMobile, answer=SignIn, guard=guest, limit="login", refuses=(*CODE, SignupClosed, Forbidden)),
    post("/auth/login/email", login.by_email, body=LoginByEmail, answer=SignIn, guard=guest, limit="login", refuses=(*CODE, SignupClosed, Forbidden)),
    post("/auth/refresh", login.refresh, body=Refresh, answer=SignIn, guard=anyone, refuses=(TokenInvalid, TokenExpired, TokenRevoked, TokenReused, AccountClosed)),
    post("/auth/logout", sessions.logout, body=Logout, guard=user),
    get("/auth/sessions", sessions.index, answer=list[SessionCard], guard=user),
    delete("/auth/sessions", sessions.end_all_others, guard=user),
    delete("/auth/sessions/{id}", sessions.end, query=OneSession, guard=user),
    post("/auth/confirm", sessions.confirm, body=Confirm, answer=ConfirmCard, guard=user, refuses=(*CODE, ConfirmRefused, HashingBusy)),
    post("/auth/password-reset/mobile", passwords.reset_by_mobile, body=ResetByMobile, guard=guest, limit="login", refuses=(*CODE, HashingBusy, NotFound)),
    post("/auth/password-reset/email", passwords.reset_by_email, body=ResetByEmail, guard=guest, limit="login", refuses=(*CODE, HashingBusy, NotFound)),

    get("/users/me", users.me, answer=OwnCard, guard=user),
    patch("/users/me", users.change_me, body=ChangeProfile, answer=OwnCard, guard=user, refuses=(NameTaken,)),
    put("/users/me/password", passwords.change, body=ChangePassword, guard=user, refuses=(PasswordWrong, HashingBusy)),
    put("/users/me/email", users.change_email, body=ChangeEmail, guard=confirmed, refuses=(*CODE, EmailTaken)),
    put("/users/me/mobile", users.change_mobile, body=ChangeMobile, guard=confirmed, refuses=(*CODE, MobileTaken)),
    put("/users/me/avatar", users.put_picture, upload=Upload(), answer=OwnCard, guard=user, limit="upload", refuses=(ImageRefused, ImageTooLarge, ImagesBusy)),
    delete("/users/me/avatar", users.remove_picture, answer=OwnCard, guard=user),
    get("/users", users.index, query=ListUsers, answer=Page[UserCard], guard=user),
    get("/users/{id}", users.show, query=OneUser, answer=UserCard, guard=user),

    post("/ws-ticket", chat.ticket, answer=TicketCard, guard=user),
    get("/conversations/{conversation}/messages", chat.index, query=ListMessages, answer=CursorPage[MessageCard], guard=user),
    post("/conversations/{conversation}/messages", chat.post, body=PostMessage, answer=MessageCard, guard=user, limit="message", status=201, again=200, refuses=(Muted, IdReused, MessageRefused, ConversationGone, StoreBusy)),
    patch("/conversations/{conversation}/messages/{seq}", chat.edit, body=EditMessage, answer=MessageCard, guard=user, limit="message", refuses=(Forbidden, Muted, MessageClosed, MessageRecalled)),
    delete("/conversations/{conversation}/messages/{seq}", chat.recall, query=OneMessage, guard=user, limit="message", refuses=(Forbidden, MessageClosed)),
    post("/conversations/{conversation}/read", chat.read, body=MarkRead, answer=ReadCard, guard=user),
    get("/presence", chat.presence, query=ListPresence, answer=PresenceCard, guard=user, limit="watch"),
)
