"""What routes ask for: the parts, the session, who is asking. The only place besides `app/` that commits.

One request, one transaction: the session commits once the route has made its answer and before the
answer is sent, so that nobody is told of something that did not happen.
"""

import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Annotated, NamedTuple, cast

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session

from api.accounts import account_of_session, identity_of_account, is_loopback
from api.errors import CsrfError, ForbiddenError, NotLoggedInError, NotReadyError
from api.identity import Identity, Role
from api.passwords import BEHIND_PROXY
from api.secrets import is_csrf_token
from api.services import Services
from api.tokens import holder_of_token, touch_token

log = logging.getLogger(__name__)

SESSION_COOKIE = "huashu_session"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf_token"
"""Name of the hidden field in forms; scripts send the header instead."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_FOLLOW = "cards may have changed"
_TOUCH = "token to touch"

_bearer = HTTPBearer(auto_error=False, description="`huashu create-token` makes one")
_cookie = APIKeyCookie(name=SESSION_COOKIE, auto_error=False, description=f"unsafe methods need {CSRF_HEADER} too")


async def get_services(request: Request) -> Services:
    """The parts of this server.

    Raises:
        NotReadyError: they are still being put together.
    """
    services = getattr(request.app.state, "services", None)
    if services is None:
        raise NotReadyError("正在启动，请稍等几秒再试。")
    return cast(Services, services)


AnyServices = Annotated[Services, Depends(get_services)]


def get_session(services: AnyServices) -> Iterator[Session]:
    """The request's one transaction; use as `DatabaseSession`."""
    with Session(services.engine, expire_on_commit=False) as session:
        yield session
        if token_id := session.info.get(_TOUCH):
            touch_token(session, token_id, services.clock())
        session.commit()
        follow = session.info.get(_FOLLOW, False)
    if follow:
        _follow_changes(services)


DatabaseSession = Annotated[Session, Depends(get_session, scope="function")]


def get_writing_session(session: DatabaseSession) -> Session:
    """The same session, for routes that change cards; use as `WritingSession`."""
    start_writing(session)
    return session


WritingSession = Annotated[Session, Depends(get_writing_session)]


def start_writing(session: Session) -> None:
    """Has what is read from here on still hold when it is written, and the answers follow after the commit.

    SQLite: takes the write lock now; waits for other writers, at most the busy timeout.
    """
    session.info[_FOLLOW] = True
    session.expire_all()
    connection = session.connection()
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection) and not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _follow_changes(services: Services) -> None:
    """What was published answers at once; the change is kept even where this fails, and followed later."""
    try:
        with Session(services.engine) as session:
            services.catalogue.refresh(session)
    except Exception:
        # What was asked for is committed: no fault after that, whatever it is, may be told as a failure of it.
        log.exception("the catalogue could not follow a change; the next refresh will")


def client_host(request: Request) -> str:
    """The address a request comes from; `BEHIND_PROXY` where one on this machine hides it."""
    host = request.client.host if request.client else ""
    if is_loopback(host) and any(name in request.headers for name in _FORWARDED):
        return BEHIND_PROXY
    return host


class Claimed(NamedTuple):
    """Somebody known by what the request carries; a session's unsafe request needs the page's token besides."""

    identity: Identity
    session_secret: str | None
    """The cookie that told who it is; None: a token did."""


def find_claimed(
    request: Request,
    services: AnyServices,
    session: DatabaseSession,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    cookie: Annotated[str | None, Depends(_cookie)],
) -> Claimed | None:
    """Whose token or cookie the headers carry, or None for nobody's; a token counts before the cookie.

    Raises:
        NotLoggedInError: a token was sent and is not valid.
    """
    now, host = services.clock(), client_host(request)
    if bearer is not None:
        holder = holder_of_token(session, bearer.credentials, now, host)
        if holder is None:
            raise NotLoggedInError("令牌无效或已停用，请检查 Authorization 请求头，或请管理员重新生成令牌。")
        if holder.touch_due:
            session.info[_TOUCH] = holder.token_id
        return Claimed(holder.identity, None)
    account = account_of_session(session, cookie, now, host) if cookie else None
    return Claimed(identity_of_account(account), cookie) if account is not None else None


MaybeClaimed = Annotated[Claimed | None, Depends(find_claimed)]


async def get_given_csrf(request: Request, claimed: MaybeClaimed) -> AsyncIterator[str]:
    """The token that came with a session's unsafe request: in the header, or in a form's hidden field; else empty.

    The form of anybody else is left unread: a file of 200 MB is not spooled for somebody who is then refused.
    """
    given = request.headers.get(CSRF_HEADER, "")
    is_form = request.headers.get("content-type", "").startswith(_FORM_TYPES)
    if given or not is_form or _secret_at_risk(request, claimed) is None:
        yield given
        return
    async with request.form() as form:
        field = form.get(CSRF_FIELD)
        yield field if isinstance(field, str) else ""


def _secret_at_risk(request: Request, claimed: Claimed | None) -> str | None:
    """The cookie by which this request would change something; None where no cookie lets it."""
    return claimed.session_secret if claimed is not None and request.method not in _SAFE_METHODS else None


async def find_identity(
    request: Request,
    services: AnyServices,
    claimed: MaybeClaimed,
    given_csrf: Annotated[str, Depends(get_given_csrf)],
) -> Identity | None:
    """Who is asking, or None for nobody.

    Raises:
        NotLoggedInError: a token was sent and is not valid.
        CsrfError: a session's unsafe request without the page's token.
    """
    secret = _secret_at_risk(request, claimed)
    if secret is not None and not is_csrf_token(services.secret_key, secret, given_csrf):
        raise CsrfError(f"页面已过期，请刷新后重试（写操作需要 {CSRF_HEADER} 请求头）。")
    return claimed.identity if claimed is not None else None


MaybeIdentity = Annotated[Identity | None, Depends(find_identity)]


async def get_identity(identity: MaybeIdentity) -> Identity:
    """Who is asking.

    Raises:
        NotLoggedInError: nobody known.
    """
    if identity is None:
        raise NotLoggedInError("请先登录，或带上 Authorization: Bearer 令牌。")
    return identity


def require(role: Role) -> Callable[..., Awaitable[Identity]]:
    """A dependency that lets `role` and those above it pass."""

    async def permitted(identity: Annotated[Identity, Depends(get_identity)]) -> Identity:
        if not identity.role.allows(role):
            raise ForbiddenError(f"这里需要{role.term}以上的权限，您是{identity.role.term}；需要的话请找管理员。")
        return identity

    return permitted


AsAgent = Annotated[Identity, Depends(require(Role.AGENT))]
AsTrainer = Annotated[Identity, Depends(require(Role.TRAINER))]
AsLead = Annotated[Identity, Depends(require(Role.LEAD))]
AsAdmin = Annotated[Identity, Depends(require(Role.ADMIN))]
