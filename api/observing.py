"""Counts every request and how long it took."""

from time import perf_counter

from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics

_UNKNOWN = "other"
"""Stands for every path without a route, so that nobody can fill the memory with made-up paths."""


class Observer:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and counts its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            services = getattr(scope["app"].state, "services", None)
            metrics: Metrics | None = getattr(services, "metrics", None)
            if metrics is not None:
                metrics.count_request(scope["method"], _route(scope), status, perf_counter() - started)


def _route(scope: Scope) -> str:
    """The path with its parameters' names for their values (`/api/v1/cards/{card_id}`)."""
    if not isinstance(scope.get("route"), Route):
        return _UNKNOWN
    names = {str(value): f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    return "/".join(names.get(part, part) for part in scope["path"].split("/"))
