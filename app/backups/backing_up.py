"""Making a backup while others write."""

import sqlite3
import tempfile
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from app.backups.archive import write_archive
from app.errors import BackupError

_POSTGRES = "这个安装使用 PostgreSQL，请用 pg_dump / pg_restore 备份和恢复。"
_BESIDE = ("-wal", "-shm", "-journal")
"""Ends of the names SQLite gives the files it keeps beside a database."""


def back_up(engine: Engine, key: str | None, file: Path, now: datetime, never_over: Collection[Path] = ()) -> int:
    """Writes one consistent state of the database, and the key, to `file`; returns its size in bytes.

    The live database is never written over, nor are the files of `never_over`.

    Raises:
        BackupError: the database is not SQLite, the folder does not exist, or `file` is a folder or in use.
    """
    live = sqlite_file(engine)
    in_use = [live, *(live.with_name(live.name + end) for end in _BESIDE), *never_over]
    if any(_is_same(file, used) for used in in_use):
        raise BackupError(f"{file} 是话术正在使用的文件，没有备份；请换一个文件名，例如 huashu-backup.zip。")
    if file.is_dir():
        raise BackupError(f"{file} 是一个文件夹，请写上文件名，例如 {file / 'huashu-backup.zip'}。")
    if not file.parent.is_dir():
        raise BackupError(f"文件夹 {file.parent} 不存在，请先建好它。")
    # Beside the backup: that is where there has to be room for it.
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".huashu-backup-") as folder:
        copy = Path(folder) / "copy.sqlite3"
        connection = sqlite3.connect(live)
        try:
            connection.execute("VACUUM INTO ?", (str(copy),))
        finally:
            connection.close()
        write_archive(file, copy, key, now)
    return file.stat().st_size


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths are one file, by links or another spelling too; also where it does not exist yet."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()


def sqlite_file(engine: Engine) -> Path:
    """Where the database lies.

    Raises:
        BackupError: it is no SQLite file.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        raise BackupError(_POSTGRES)
    return Path(engine.url.database)
