"""Seeing every answer start: the one middleware behind the counting of requests and the headers of pages."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import perf_counter

from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics

See = Callable[[Message], None]
"""Is shown how an answer starts, with status and headers, which it may change."""

_UNKNOWN = "other"
"""Stands for every path without a route, so that nobody can fill the memory with made-up paths."""


class Observer:
    """ASGI middleware: enters `watch` around every HTTP request and shows what that gives how the answer starts."""

    def __init__(self, app: ASGIApp, watch: Callable[[Scope], AbstractContextManager[See]]) -> None:
        self._app = app
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._watch(scope) as see:

            async def seen(message: Message) -> None:
                if message["type"] == "http.response.start":
                    see(message)
                await send(message)

            await self._app(scope, receive, seen)


@contextmanager
def counting(scope: Scope) -> Iterator[See]:
    """Counts a request and how long it took; one that breaks before its answer starts counts as 500."""
    started = perf_counter()
    status = 500

    def note(message: Message) -> None:
        nonlocal status
        status = message["status"]

    try:
        yield note
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
