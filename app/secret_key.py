"""The key that signs what pages send back: from the settings, else generated once and kept in a file."""

import os
import secrets
from pathlib import Path

from app.settings import Settings

FILE_NAME = "secret.key"


def secret_key(settings: Settings) -> str:
    """The same key for every process of one data directory."""
    given = settings.secret_key.get_secret_value()
    return given or _kept(settings.data_dir / FILE_NAME)


def kept_secret_key(settings: Settings) -> str | None:
    """The key in the file; None where there is none or the settings give one."""
    file = settings.data_dir / FILE_NAME
    return None if settings.secret_key.get_secret_value() or not file.exists() else _read(file)


def keep_secret_key(data_dir: Path, key: str) -> None:
    """Replaces the kept key; the file is whole at any time and only its owner reads it."""
    part = data_dir / f".{FILE_NAME}.{secrets.token_hex(4)}"
    _write(part, key)
    os.replace(part, data_dir / FILE_NAME)


def _kept(file: Path) -> str:
    part = file.with_name(f".{FILE_NAME}.{secrets.token_hex(4)}")
    if not file.exists():
        _write(part, secrets.token_urlsafe(48))
        try:
            # A link fails where the file exists: of two processes that start together, one wins.
            os.link(part, file)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return _read(file)


def _read(file: Path) -> str:
    return file.read_text(encoding="ascii").strip()


def _write(file: Path, key: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as text:
        text.write(key + "\n")
        text.flush()
        os.fsync(text.fileno())
