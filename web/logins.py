"""Logging in with name and password or a one-time link, and logging out."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Form
from starlette.responses import Response

from api.accounts import SESSION_LASTS, check_password, close_session, is_loopback, open_session, use_login_link
from api.deps import CSRF_FIELD, SESSION_COOKIE, client_host
from api.errors import CsrfError, NotLoggedInError, TooManyAttemptsError
from api.secrets import csrf_token, is_csrf_token, new_secret
from api.tables import Account
from web.visits import AnyVisit, Frame, Visit, answer, own_address, see_other

VISITOR_COOKIE = "huashu_visitor"
"""A random secret that ties the login form to the browser it was shown in: there is no session yet."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class LoginPage:
    """Name and password."""

    template: ClassVar[str] = "login.html"

    frame: Frame
    next: str
    name: str
    problem: str
    visitor_csrf: str


@dataclass(frozen=True)
class LoginLinkPage:
    """One button that uses a one-time link."""

    template: ClassVar[str] = "login_link.html"

    frame: Frame
    problem: str
    visitor_csrf: str


@router.get("/login")
def show_login(visit: AnyVisit, next: str = "/") -> Response:
    """The form; who is logged in already goes on."""
    if visit.identity is not None:
        return see_other(own_address(next))
    return _login_page(visit, own_address(next))


@router.post("/login")
def log_in(
    visit: AnyVisit,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
    given_csrf: Annotated[str, Form(alias=CSRF_FIELD)] = "",
) -> Response:
    """Lets somebody in, or says that name or password are wrong, never which."""
    _check_visitor(visit, given_csrf)
    host = client_host(visit.request)
    try:
        account = check_password(
            visit.session, visit.services.failed_logins, name, password, visit.services.clock(), host
        )
    except NotLoggedInError:
        return _login_page(visit, own_address(next), name, "login.wrong", 401)
    except TooManyAttemptsError:
        return _login_page(visit, own_address(next), name, "login.too_many", 429)
    return _enter(visit, account, own_address(next))


@router.get("/login/link/{secret}")
def follow_link(secret: str, visit: AnyVisit) -> Response:
    """Logs in at once on this machine; from afar shows a button, so that a chat's link preview uses nothing up."""
    host = client_host(visit.request)
    is_preview = "prefetch" in visit.request.headers.get("Sec-Purpose", "")
    if is_preview or not is_loopback(host):
        return _link_page(visit)
    return _use_link(visit, secret)


@router.post("/login/link/{secret}")
def use_link(secret: str, visit: AnyVisit, given_csrf: Annotated[str, Form(alias=CSRF_FIELD)] = "") -> Response:
    """Logs in with a one-time link."""
    _check_visitor(visit, given_csrf)
    return _use_link(visit, secret)


@router.post("/logout")
def log_out(visit: AnyVisit) -> Response:
    """Ends the session."""
    secret = visit.request.cookies.get(SESSION_COOKIE)
    if secret:
        close_session(visit.session, secret)
    response = see_other("/login?done=logged_out")
    response.delete_cookie(SESSION_COOKIE)
    return response


def _login_page(visit: Visit, next: str, name: str = "", problem: str = "", status: int = 200) -> Response:
    secret, csrf = _visitor(visit)
    page = LoginPage(visit.frame(visit.say("login.title")), next, name, visit.say(problem) if problem else "", csrf)
    return _with_visitor(visit, answer(visit, page, status=status), secret)


def _link_page(visit: Visit, problem: str = "", status: int = 200) -> Response:
    secret, csrf = _visitor(visit)
    page = LoginLinkPage(visit.frame(visit.say("login.link.title")), visit.say(problem) if problem else "", csrf)
    return _with_visitor(visit, answer(visit, page, status=status), secret)


def _use_link(visit: Visit, secret: str) -> Response:
    try:
        account = use_login_link(visit.session, secret, visit.services.clock(), client_host(visit.request))
    except NotLoggedInError:
        return _link_page(visit, "login.link.used", 401)
    return _enter(visit, account, "/")


def _enter(visit: Visit, account: Account, address: str) -> Response:
    """A fresh session, never one that was there before: nobody can plant theirs."""
    earlier = visit.request.cookies.get(SESSION_COOKIE)
    if earlier:
        close_session(visit.session, earlier)
    secret = open_session(visit.session, account, visit.services.clock())
    response = see_other(address)
    _set_secret(visit, response, SESSION_COOKIE, secret, int(SESSION_LASTS.total_seconds()))
    return response


def _visitor(visit: Visit) -> tuple[str, str]:
    secret = visit.request.cookies.get(VISITOR_COOKIE) or new_secret()
    return secret, csrf_token(visit.services.secret_key, secret)


def _with_visitor(visit: Visit, response: Response, secret: str) -> Response:
    _set_secret(visit, response, VISITOR_COOKIE, secret, 3600)
    return response


def _check_visitor(visit: Visit, given: str) -> None:
    secret = visit.request.cookies.get(VISITOR_COOKIE)
    if not secret or not is_csrf_token(visit.services.secret_key, secret, given):
        raise CsrfError(visit.say("login.stale"))


def _set_secret(visit: Visit, response: Response, cookie: str, secret: str, lasts_s: int) -> None:
    is_https = visit.services.public_url.startswith("https://")
    response.set_cookie(cookie, secret, max_age=lasts_s, httponly=True, samesite="lax", secure=is_https)
