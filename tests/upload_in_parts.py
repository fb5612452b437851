"""A file sent in small parts, for tests of who is refused before it is read."""

import asyncio
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from starlette.types import Message

_CHUNKS = 16
_BEGIN = (
    b'--mark\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n"
)
_END = b"\r\n--mark--\r\n"


def send_upload(application: FastAPI, path: str, headers: Iterable[tuple[str, str]] = ()) -> tuple[int, int]:
    """Posts a form with a file in small parts; gives the status and how many parts were read."""
    read, status = 0, 0

    async def receive() -> Message:
        nonlocal read
        read += 1
        body = _BEGIN if read == 1 else b"x" * 1024 if read < _CHUNKS else _END
        return {"type": "http.request", "body": body, "more_body": read < _CHUNKS}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    sent = (("host", "testserver"), ("content-type", "multipart/form-data; boundary=mark"), *headers)
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in sent],
        "client": ("127.0.0.1", 40000),
        "server": ("testserver", 80),
    }
    asyncio.run(application(scope, receive, send))
    return status, read
