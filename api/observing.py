"""Counts every request and how long it took."""

from time import perf_counter

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
    return str(getattr(scope.get("route"), "path", _UNKNOWN))
