"""Files somebody has chosen and not taken in yet: kept for a day, each person's apart."""

import hashlib
import re
import secrets
import shutil
import time
from pathlib import Path, PurePath

from fastapi import UploadFile

from api.errors import InvalidRequestError, TooLargeError
from web.visits import Visit

_KEPT_S = 24 * 3600
_TOKEN = re.compile(r"[0-9a-f]{32}\.[a-z]{1,5}")


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
    suffix = PurePath(file_name(file.filename)).suffix.lower()
    token = secrets.token_hex(16) + (suffix if re.fullmatch(r"\.[a-z]{1,5}", suffix) else ".none")
    with (folder / token).open("wb") as kept:
        shutil.copyfileobj(file.file, kept)
    return token


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
    folder = visit.services.data_dir / "uploads" / "pending" / own
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _drop_old(folder: Path) -> None:
    """Files nobody took in within a day."""
    for file in folder.iterdir():
        if time.time() - file.stat().st_mtime > _KEPT_S:
            file.unlink(missing_ok=True)
