"""Files somebody has chosen and not taken in yet: kept for a day, each person's apart."""

import hashlib
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path, PurePath
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from api.errors import InvalidRequestError, TooLargeError
from api.uploads import keep_upload, uploads_folder
from web.visits import TrainerVisit, Visit

_KEPT_S = 24 * 3600
_TOKEN = re.compile(r"[0-9a-f]{32}(\.[a-z]{1,5})?")


async def sent_form(request: Request, _visit: TrainerVisit) -> AsyncIterator[FormData]:
    """A form with a file; read only once it is known that a trainer sends it.

    FastAPI reads a form that a route declares with `File()` before it asks who sends it.
    """
    async with request.form() as form:
        yield form


SentForm = Annotated[FormData, Depends(sent_form)]


def chosen_file(form: FormData) -> UploadFile | None:
    """The form's `file`; None where none was chosen."""
    file = form.get("file")
    return file if isinstance(file, UploadFile) and file_name(file.filename) else None


def file_name(name: str | None) -> str:
    """The name alone, whatever folders a browser put before it; empty for no file."""
    return PurePath(name or "").name


def keep(visit: Visit, file: UploadFile, max_bytes: int) -> str:
    """Keeps a copy; gives the token that finds it again.

    Raises:
        TooLargeError: over `max_bytes`.
    """
    if (file.size or 0) > max_bytes:
        raise TooLargeError(visit.say("import.too_large", size=max_bytes // 1024**2))
    folder = _folder(visit)
    _drop_old(folder)
    return keep_upload(file, folder).name


def kept_file(visit: Visit, token: str) -> Path:
    """Where a person's own file waits.

    Raises:
        InvalidRequestError: there is none, or it is gone.
    """
    file = _folder(visit) / token
    if not _TOKEN.fullmatch(token) or not file.is_file():
        raise InvalidRequestError(visit.say("import.gone"), "file")
    return file


def _folder(visit: Visit) -> Path:
    """Where this person's files wait; nobody else's page can name one of them."""
    own = hashlib.sha256(visit.who.actor_id.encode()).hexdigest()[:16]
    return uploads_folder(visit.services.data_dir, "pending", own)


def _drop_old(folder: Path) -> None:
    """Files nobody took in within a day."""
    for file in folder.iterdir():
        if time.time() - file.stat().st_mtime > _KEPT_S:
            file.unlink(missing_ok=True)
