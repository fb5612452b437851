"""Every error as one answer: `{"error": {"code", "message", "details"}}` with the right status."""

import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.errors import AccessError, InvalidRequestError, RequestError, error_body, status_and_code
from api.passwords import WINDOW
from api.validation import problems, sentence
from coaching.errors import CoachingError, HeadingsUnknownError, RuleConflictError
from embeddings.errors import EmbeddingError
from kb.errors import CardConflictError, KnowledgeError

log = logging.getLogger(__name__)

ErrorPage = Callable[[Request, int, dict[str, Any]], Response]
"""Makes the page that people see instead of JSON: request, status, the error's body."""

_BY_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "请求读不懂：请检查请求体是不是 UTF-8 编码的 JSON 或正确的表单。"),
    404: ("not_found", "没有这个地址，请对照 /api/v1/openapi.json 检查路径。"),
    405: ("method_not_allowed", "这个地址不支持这种请求方法，请对照 /api/v1/openapi.json。"),
    413: ("too_large", "内容太大，请拆成几份。"),
}
_HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": str(int(WINDOW.total_seconds()))},
}
_OWN_PATHS = ("/api/", "/health/", "/metrics")


def install_error_handlers(app: FastAPI, error_page: ErrorPage | None = None) -> None:
    """Answers every error in one shape; outside the API with `error_page`, where one is given."""

    def answer(
        request: Request, status: int, body: dict[str, Any], headers: Mapping[str, str] | None = None
    ) -> Response:
        if error_page is None or request.url.path.startswith(_OWN_PATHS):
            return JSONResponse(body, status, headers)
        page = error_page(request, status, body)
        page.headers.update(headers or {})
        return page

    async def told(request: Request, error: Exception) -> Response:
        status, code = status_and_code(error)
        return answer(request, status, error_body(code, str(error), _details(error)), _HEADERS.get(status))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        found = problems(error.errors())
        return answer(request, 422, error_body("invalid", sentence(found), found))

    async def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code, usual = _BY_STATUS.get(error.status_code, ("http_error", "请求没有成功，请检查后重试。"))
        message = error.detail if error.status_code == 413 else usual
        return answer(request, error.status_code, error_body(code, message), error.headers)

    async def database(request: Request, error: Exception) -> Response:
        if isinstance(error, PoolTimeoutError) or "locked" in str(error) or "busy" in str(error):
            message = "数据库正忙，这次没有保存；请稍等几秒再试。"
            return answer(request, 503, error_body("database_busy", message), {"Retry-After": "2"})
        if "disk is full" in str(error):
            message = "磁盘已满，这次没有保存；请清理磁盘后再试。"
            return answer(request, 507, error_body("disk_full", message))
        return await internal(request, error)

    async def internal(request: Request, error: Exception) -> Response:
        number = secrets.token_hex(4)
        log.error("error %s in %s %s", number, request.method, request.url.path, exc_info=error)
        message = f"程序出错了，编号 {number}；请把编号告诉管理员，日志里能查到原因。"
        return answer(request, 500, error_body("internal", message, {"error_id": number}))

    for kind in (AccessError, RequestError, KnowledgeError, CoachingError, EmbeddingError):
        app.add_exception_handler(kind, told)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(OperationalError, database)
    app.add_exception_handler(PoolTimeoutError, database)
    app.add_exception_handler(Exception, internal)


def _details(error: Exception) -> Any:
    if isinstance(error, InvalidRequestError):
        return list(error.problems)
    if isinstance(error, HeadingsUnknownError):
        return {"headings": list(error.headings), "missing": list(error.missing)}
    return {"version": error.version} if isinstance(error, CardConflictError | RuleConflictError) else None
