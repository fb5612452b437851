"""The HTTP application: routes, limits, error answers. Pages and start-up are added by `web/` and `app/`."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import APIRouter, FastAPI

from api.failures import ErrorPage, install_error_handlers
from api.limits import UPLOAD_BYTES, BodyLimit
from api.observing import Observer, counting
from api.routes import (
    appeals,
    calibrations,
    card_import,
    cards,
    cases,
    conversation_import,
    conversations,
    decisions,
    findings,
    gaps,
    health,
    inspection,
    inspection_rules,
    jobs,
    lookups,
    mystery_visits,
    places,
    reviews,
    suggestion_box,
    tokens,
)

_DESCRIPTION = (
    "话术：知识库与客服教练。除健康检查外都需要 `Authorization: Bearer 令牌`。\n\n"
    'Every error is `{"error": {"code", "message", "details"}}`; lists are paged by `limit` and `cursor`.'
)
_ERROR: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "错误 · error",
        "content": {
            "application/json": {
                "example": {"error": {"code": "card_not_found", "message": "没有编号为 7 的知识卡…", "details": None}}
            }
        },
    }
}


def build_application(
    *, lifespan: Any = None, error_page: ErrorPage | None = None, uploads: Mapping[str, int] | None = None
) -> FastAPI:
    """The application with every route of the API.

    Requests are answered once `application.state.services` holds the `Services`.

    Args:
        lifespan: FastAPI's lifespan, which may build the services.
        error_page: makes the pages people see for errors outside the API.
        uploads: further paths that take files → most bytes.
    """
    app = FastAPI(
        title="Huashu 话术",
        version=_version(),
        description=_DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # their pages load scripts from other hosts
        redoc_url=None,
        lifespan=lifespan,
    )
    app.add_middleware(BodyLimit, uploads={**UPLOAD_BYTES, **(uploads or {})})
    app.add_middleware(Observer, watch=counting)
    install_error_handlers(app, error_page)
    api = APIRouter(prefix="/api/v1", responses=_ERROR)
    # card_import before cards: /cards/import is not a card's id
    for router in (lookups.router, card_import.router, cards.router, places.router, tokens.router):
        api.include_router(router)
    api.include_router(conversation_import.router)
    api.include_router(conversations.router)
    api.include_router(findings.router)
    api.include_router(gaps.router)
    api.include_router(inspection.router)
    api.include_router(inspection_rules.router)
    api.include_router(jobs.router)
    for people in (reviews, decisions, appeals, calibrations, cases, mystery_visits, suggestion_box):
        api.include_router(people.router)
    app.include_router(api)
    app.include_router(health.router)
    return app


def _version() -> str:
    try:
        return version("huashu")
    except PackageNotFoundError:
        return "0"
