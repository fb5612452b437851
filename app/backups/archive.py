"""The backup file: a zip of the database, the secret key and a manifest, checked as a whole."""

import hashlib
import json
import os
import secrets
import sqlite3
import zipfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from app.errors import BackupError

FORMAT = 1
DATABASE, KEY, MANIFEST = "huashu.sqlite3", "secret.key", "manifest.json"
_CHUNK = 1024 * 1024
_NOT_OURS = "不是话术的备份文件，或已损坏；没有改动任何数据，请换一个备份。"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    created_at: str
    database_sha256: str


def write_archive(file: Path, database: Path, key: str | None, now: datetime) -> None:
    """Packs a database file and the key; the backup appears whole or not at all, readable by its owner only."""
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    manifest = Manifest(FORMAT, now.isoformat(), _digest(database))
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.write(database, DATABASE)
                if key is not None:
                    archive.writestr(KEY, key)
                archive.writestr(MANIFEST, json.dumps(asdict(manifest)))
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)


def read_archive(file: Path, folder: Path) -> tuple[Path, str | None]:
    """Unpacks a backup into `folder`: its checked database, and the key if it holds one.

    Raises:
        BackupError: no backup, damaged, or made by a newer program.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
            if manifest.format > FORMAT:
                raise BackupError(f"{file}：由更新版本的话术制作，请先升级程序；没有改动任何数据。")
            database = folder / DATABASE
            with archive.open(DATABASE) as packed, database.open("wb") as unpacked:
                while chunk := packed.read(_CHUNK):
                    unpacked.write(chunk)
            key = archive.read(KEY).decode("ascii").strip() if KEY in archive.namelist() else None
    except FileNotFoundError as error:
        raise BackupError(f"{file}：没有这个文件，请检查路径。") from error
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, NotImplementedError, EOFError) as error:
        raise BackupError(f"{file}:{_NOT_OURS}") from error
    if _digest(database) != manifest.database_sha256 or not _is_sound(database):
        raise BackupError(f"{file}:{_NOT_OURS}")
    return database, key


def _digest(file: Path) -> str:
    with file.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def _is_sound(database: Path) -> bool:
    try:
        connection = sqlite3.connect(database)
        try:
            return bool(connection.execute("PRAGMA quick_check").fetchone()[0] == "ok")
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        return False
