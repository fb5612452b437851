"""What every page tells the browser: run our own scripts only, ask nobody else for anything, keep nothing."""

from contextlib import AbstractContextManager, nullcontext

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Scope

from api.observing import See

# `data:` is for the small pictures inside Bootstrap's style sheet.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_FOR_PAGES = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def page_headers(_scope: Scope) -> AbstractContextManager[See]:
    """Puts these headers on every HTML answer, and forbids guessing types everywhere; for `api.observing.Observer`."""
    return nullcontext(_complete)


def _complete(start: Message) -> None:
    headers = MutableHeaders(scope=start)
    headers["X-Content-Type-Options"] = "nosniff"
    if headers.get("content-type", "").startswith("text/html"):
        for name, value in _FOR_PAGES.items():
            headers.setdefault(name, value)
