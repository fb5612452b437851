"""How large a request may be: refused while it arrives, before anything keeps it in memory."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coaching.conversations.files import MAX_FILE_BYTES
from kb.card_files import MAX_CARD_FILE_BYTES

MAX_BODY_BYTES = 1024 * 1024
MAX_MESSAGE_CHARS = 20_000
_MULTIPART_OVERHEAD_BYTES = 64 * 1024

MAX_CONVERSATIONS_BYTES = 10 * 1024 * 1024
"""Conversations sent as JSON."""

UPLOAD_BYTES: Mapping[str, int] = {
    "/api/v1/cards/import": MAX_CARD_FILE_BYTES + _MULTIPART_OVERHEAD_BYTES,
    "/api/v1/conversations": MAX_CONVERSATIONS_BYTES,
    "/api/v1/conversations/import": MAX_FILE_BYTES + _MULTIPART_OVERHEAD_BYTES,
}
"""Paths that take more than a page of JSON, with the most bytes a request to them may have."""


class BodyLimit:
    """ASGI middleware: a body over the limit of its path ends in 413.

    Starlette's own limiter answers in plain text where the length is announced; errors here have one shape.
    """

    def __init__(self, app: ASGIApp, uploads: Mapping[str, int] = UPLOAD_BYTES) -> None:
        self._app = app
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, counting its bytes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._uploads.get(scope["path"], MAX_BODY_BYTES)
        announced = Headers(scope=scope).get("content-length", "")
        seen = int(announced) if announced.isdecimal() else 0
        to_count = not seen  # what is announced, the server itself holds the client to

        async def counted() -> Message:
            nonlocal seen
            if seen <= limit:
                message = await receive()
                seen += len(message.get("body", b"")) if to_count else 0
            if seen > limit:
                raise HTTPException(413, f"内容太大：这里最多 {limit // 1024**2} MB，请拆成几份。")
            return message

        await self._app(scope, counted, send)
