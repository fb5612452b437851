"""Making a backup while others write."""

import sqlite3
import tempfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from app.backups.archive import write_archive
from app.errors import BackupError

_POSTGRES = "这个安装使用 PostgreSQL，请用 pg_dump / pg_restore 备份和恢复。"


def back_up(engine: Engine, key: str | None, file: Path, now: datetime) -> int:
    """Writes one consistent state of the database, and the key, to `file`; returns its size in bytes.

    Raises:
        BackupError: the database is not SQLite, or the folder does not exist.
    """
    live = sqlite_file(engine)
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


def sqlite_file(engine: Engine) -> Path:
    """Where the database lies.

    Raises:
        BackupError: it is no SQLite file.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        raise BackupError(_POSTGRES)
    return Path(engine.url.database)
