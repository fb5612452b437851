"""Files that come with a request: taken from its form, kept on disk under a name nobody chose."""

import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path, PurePath
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from api.errors import InvalidRequestError, TooLargeError

_SUFFIX = re.compile(r"\.[a-z]{1,5}")


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


def uploads_folder(data_dir: Path, *inside: str) -> Path:
    """Where uploads wait, or a folder inside; they are unmasked, so only the server's own user may look."""
    folder = data_dir
    for name in ("uploads", *inside):
        folder /= name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)  # an earlier version may have made it
    return folder


def keep_upload(upload: UploadFile, folder: Path) -> Path:
    """A copy in one of `uploads_folder`; only the suffix is the owner's, as it says the format."""
    suffix = PurePath(upload.filename or "").suffix.lower()
    file = folder / f"{secrets.token_hex(16)}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    with open(file, "xb", opener=_open_private) as kept:
        shutil.copyfileobj(upload.file, kept)
    return file


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def file_schema(suffixes: str) -> dict[str, Any]:
    """How OpenAPI documents a form with one file."""
    file = {"type": "string", "format": "binary", "description": suffixes}
    form = {"type": "object", "required": ["file"], "properties": {"file": file}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}}}
