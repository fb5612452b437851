"""Error pages: what happened, what was kept, what to do. They need no database and no login."""

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from web.messages import Language, knows, say
from web.rendering import render
from web.visits import Frame, language_of, own_address, theme_of

_PAGES = (403, 404, 413, 500, 503)


@dataclass(frozen=True)
class FailurePage:
    """A page in place of the one that could not be shown."""

    template: ClassVar[str] = "failure.html"

    frame: Frame
    status: int
    heading: str
    message: str
    """What exactly was wrong, from where it was found."""
    advice: str


@dataclass(frozen=True)
class FailurePart:
    """The same inside a page that htmx updates."""

    template: ClassVar[str] = "failure_part.html"

    heading: str
    message: str
    advice: str


def error_page(request: Request, status: int, body: dict[str, Any]) -> Response:
    """The page for an error whose JSON would be `body`; whoever is not logged in is taken there and back."""
    if status == 401:
        return _to_login(request)
    language = language_of(request)
    key = f"failure.{status}" if status in _PAGES else "failure.other"
    heading, advice = say(language, key), say(language, f"{key}.advice")
    message = _message(language, body)
    if request.headers.get("HX-Request") == "true":
        return HTMLResponse(render(FailurePart(heading, message, advice), language), status)
    frame = Frame(
        title=heading,
        lang=language.tag,
        theme=theme_of(request),
        path=request.url.path,
        csrf="",
        name="",
        role="",
        is_trainer=False,
        notice="",
    )
    return HTMLResponse(render(FailurePage(frame, status, heading, message, advice), language), status)


def _message(language: Language, body: dict[str, Any]) -> str:
    """What was found, in the reader's language where the catalogue knows the code, else as it was written."""
    code, written = body["error"]["code"], str(body["error"]["message"])
    key = f"failure.code.{code}"
    if code == "internal":
        return say(language, key, error_id=(body["error"].get("details") or {}).get("error_id", ""))
    if code == "not_found" or (language is Language.EN and knows(key)):
        return say(language, key)
    return written


def _to_login(request: Request) -> Response:
    is_part = request.headers.get("HX-Request") == "true"
    came_from = request.headers.get("HX-Current-URL") if is_part else None
    if came_from is None:
        came_from = str(request.url) if request.method == "GET" else request.headers.get("referer")
    address = f"/login?next={quote(own_address(came_from), safe='')}"
    if is_part:
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)
