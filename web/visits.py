"""Somebody looking at a page: who, in which language and theme; and the one way a page is answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session
from starlette.responses import Response

from api.deps import SESSION_COOKIE, AnyServices, DatabaseSession, MaybeIdentity, require
from api.identity import Identity, Role
from api.secrets import csrf_token
from api.services import Services
from web.messages import Language, knows, say
from web.rendering import View, render

LANGUAGE_COOKIE = "huashu_lang"
THEME_COOKIE = "huashu_theme"
THEMES = ("auto", "light", "dark")
_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True)
class Frame:
    """What surrounds every page."""

    title: str
    lang: str
    """For the `lang` attribute."""
    theme: str
    """`auto` follows the system; else `light` or `dark`."""
    path: str
    csrf: str
    """Sent along with every form and call."""
    name: str
    """Who is logged in; empty for nobody."""
    role: str
    """The word for their role; empty for nobody."""
    is_trainer: bool
    notice: str
    """What has just been done; empty for nothing."""
    query: str = ""
    """What is in the search box."""
    is_lead: bool = False
    serves: bool = False
    """They are an agent with conversations of their own."""


@dataclass(frozen=True)
class Visit:
    """One request for a page."""

    request: Request
    services: Services
    session: Session
    identity: Identity | None
    language: Language

    @property
    def who(self) -> Identity:
        """The person; only on pages that need a login."""
        assert self.identity is not None
        return self.identity

    @property
    def csrf(self) -> str:
        """The session's token for forms; empty for nobody."""
        secret = self.request.cookies.get(SESSION_COOKIE)
        return csrf_token(self.services.secret_key, secret) if secret and self.identity else ""

    @property
    def wants_part(self) -> bool:
        """Whether htmx asks, which gets the part of the page that changes."""
        return self.request.headers.get("HX-Request") == "true"

    def say(self, key: str, **values: object) -> str:
        """A message in the visitor's language."""
        return say(self.language, key, **values)

    def local_time(self, moment: datetime) -> str:
        """A moment as people here write it, to the minute."""
        return moment.astimezone(self.services.zone).strftime("%Y-%m-%d %H:%M")

    def frame(self, title: str, query: str = "") -> Frame:
        """The surroundings of a page with this title."""
        done = f"notice.{self.request.query_params.get('done', '')}"
        return Frame(
            title=title,
            lang=self.language.tag,
            theme=theme_of(self.request),
            path=self.request.url.path,
            csrf=self.csrf,
            name=self.identity.name if self.identity else "",
            role=self.say(f"role.{self.identity.role}") if self.identity else "",
            is_trainer=self.identity is not None and self.identity.role.allows(Role.TRAINER),
            notice=self.say(done) if knows(done) else "",
            query=query,
            is_lead=self.identity is not None and self.identity.role.allows(Role.LEAD),
            serves=self.identity is not None and self.identity.agent is not None,
        )


def answer(visit: Visit, page: View, part: View | None = None, status: int = 200) -> Response:
    """The page; for htmx only the part, where one is given."""
    view = part if part is not None and visit.wants_part else page
    response = HTMLResponse(render(view, visit.language), status)
    if visit.request.query_params.get("lang") == visit.language:
        keep_choice(response, LANGUAGE_COOKIE, visit.language)
    return response


def see_other(address: str) -> RedirectResponse:
    """After something was done: look there (POST → 303 → GET)."""
    return RedirectResponse(address, 303)


def keep_choice(response: Response, cookie: str, value: str) -> None:
    """Remembers a choice of the reader's in their browser for a year."""
    response.set_cookie(cookie, value, max_age=_YEAR_S, samesite="lax")


def language_of(request: Request) -> Language:
    """Asked for with `?lang=`, else chosen before, else Chinese."""
    for value in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if value in set(Language):
            return Language(value)
    return Language.ZH


def theme_of(request: Request) -> str:
    """The chosen theme; `auto` where none was."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def own_address(address: str | None) -> str:
    """Path and query of an address on this site; `/` for anything else, so that nobody is sent elsewhere."""
    parts = urlsplit((address or "").replace("\\", "/"))
    if not parts.path.startswith("/") or parts.path.startswith("//") or any(ord(mark) < 32 for mark in address or ""):
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def get_visit(request: Request, services: AnyServices, session: DatabaseSession, identity: MaybeIdentity) -> Visit:
    """A visit by anybody."""
    return Visit(request, services, session, identity, language_of(request))


AnyVisit = Annotated[Visit, Depends(get_visit)]


def _visit_as(role: Role) -> Callable[..., Awaitable[Visit]]:
    async def visit(found: AnyVisit, _permitted: Annotated[Any, Depends(require(role))]) -> Visit:
        return found

    return visit


AgentVisit = Annotated[Visit, Depends(_visit_as(Role.AGENT))]
TrainerVisit = Annotated[Visit, Depends(_visit_as(Role.TRAINER))]
LeadVisit = Annotated[Visit, Depends(_visit_as(Role.LEAD))]
AdminVisit = Annotated[Visit, Depends(_visit_as(Role.ADMIN))]
