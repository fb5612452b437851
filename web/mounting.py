"""Puts the pages on the application that `app/` builds."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.observing import Observer
from web import (
    appeals,
    calibrations,
    card_import,
    cards,
    cases,
    conversation_import,
    conversation_view,
    conversations,
    decisions,
    gaps,
    inspection_overview,
    jobs,
    logins,
    mystery,
    own_conversations,
    preferences,
    reviews,
    rule_precision,
    rules,
    samples,
    searching,
    suggestion_box,
    workbench,
)
from web.headers import page_headers
from web.rendering import STATIC
from web.samples import Samples

__all__ = ["UPLOADS", "Samples", "mount"]

UPLOADS = {**card_import.UPLOADS, **conversation_import.UPLOADS}
# Imports come first: /cards/import is not a card's id, /conversations/import not a conversation's.
PAGES = (
    workbench,
    searching,
    card_import,
    cards,
    gaps,
    conversation_import,
    conversations,
    conversation_view,
    own_conversations,
    inspection_overview,
    reviews,
    decisions,
    appeals,
    calibrations,
    rule_precision,
    rules,
    cases,
    mystery,
    suggestion_box,
    jobs,
    samples,
    logins,
    preferences,
)


class _KeptFiles(StaticFiles):
    """Static files: kept for good where the address names their content (`?v=`), else checked every time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_named = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_named else "no-cache"
        return response


def mount(app: FastAPI, samples: Samples | None = None) -> None:
    """Adds pages, their files and headers to an application built with `error_page` and `UPLOADS`.

    Args:
        app: `api.application.build_application(error_page=web.failures.error_page, uploads=web.mounting.UPLOADS)`.
        samples: how to tell whether the sample company is there, and how to remove it; None: never offered.
    """
    app.state.samples = samples
    for module in PAGES:
        app.include_router(module.router)
    app.mount("/static", GZipMiddleware(_KeptFiles(directory=STATIC), minimum_size=1_000))
    app.add_middleware(Observer, watch=page_headers)
