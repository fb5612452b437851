"""Files that come with a request: taken from its form, kept on disk under a name nobody chose."""

import secrets
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path, PurePath
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from api.errors import InvalidRequestError, TooLargeError


def uploaded_file(what: str, max_bytes: int) -> Callable[[Request], AsyncIterator[UploadFile]]:
    """A dependency that gives the one file of a form, whatever its field is called.

    Args:
        what: what the file is, in Chinese.
        max_bytes: over these it is refused.
    """

    async def uploaded(request: Request) -> AsyncIterator[UploadFile]:
        form = await request.form()
        try:
            files = [value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.filename]
            if len(files) != 1:
                raise InvalidRequestError(f"请用 multipart/form-data 上传一个{what}文件，字段名 file", "file")
            if (files[0].size or 0) > max_bytes:
                raise TooLargeError(f"文件最多 {max_bytes // 1024**2} MB，请拆成几个文件。")
            yield files[0]
        finally:
            await form.close()

    return uploaded


def keep_upload(upload: UploadFile, folder: Path) -> Path:
    """A copy on disk; only the suffix is the owner's, as it says the format."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{secrets.token_hex(16)}{PurePath(upload.filename or '').suffix[:10]}"
    with file.open("wb") as kept:
        shutil.copyfileobj(upload.file, kept)
    return file


def file_schema(suffixes: str) -> dict[str, Any]:
    """How OpenAPI documents a form with one file."""
    file = {"type": "string", "format": "binary", "description": suffixes}
    form = {"type": "object", "required": ["file"], "properties": {"file": file}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}}}
