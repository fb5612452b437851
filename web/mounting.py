"""Puts the pages on the application that `app/` builds."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from web import logins, preferences, workbench
from web.headers import PageHeaders
from web.rendering import STATIC


class _KeptFiles(StaticFiles):
    """Static files: kept for good where the address names their content (`?v=`), else checked every time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_named = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_named else "no-cache"
        return response


def mount(app: FastAPI) -> None:
    """Adds pages, their files and headers.

    `app` has the error handlers of `api.failures.install_error_handlers(app, web.failures.error_page)`.
    """
    for module in (workbench, logins, preferences):
        app.include_router(module.router)
    app.mount("/static", GZipMiddleware(_KeptFiles(directory=STATIC), minimum_size=1_000))
    app.add_middleware(PageHeaders)
