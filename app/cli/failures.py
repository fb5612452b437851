"""Errors → one line and an exit code, in one table; what is not in it goes to the log with its traceback."""

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

FAILED, MISUSED, CANCELLED = 1, 2, 130
LOG_NAME = "huashu.log"

log = logging.getLogger(__name__)


def failure(error: BaseException, log_file: Path) -> tuple[str, int]:
    """What to tell a person about an error, in one line, and the exit code."""
    for kinds, describe, code in _table():
        if isinstance(error, kinds) and (line := describe(error)) is not None:
            return " ".join(line.split()), code
    _write_down(error, log_file)
    return f"程序出错（{type(error).__name__}），详情见 {log_file}。", FAILED


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Lets what goes wrong name the file a person gave, not the part of it that is written first.

    Raises:
        WrongInputError: its folder does not exist.
        OSError: naming `file`.
    """
    from app.errors import WrongInputError

    try:
        yield
    except OSError as error:
        if not file.parent.is_dir():
            raise WrongInputError(f"{file}：文件夹 {file.parent} 不存在，请先建好它。") from error
        raise OSError(error.errno, error.strerror, str(file)) from error


_Row = tuple[tuple[type[BaseException], ...], Callable[[BaseException], str | None], int]


def _table() -> list[_Row]:
    from pydantic import ValidationError
    from sqlalchemy.exc import DBAPIError

    from api.errors import AccessError, RequestError
    from app.errors import AppError
    from coaching.errors import CoachingError
    from embeddings.errors import EmbeddingError
    from kb.errors import KnowledgeError

    return [
        ((AppError, KnowledgeError, CoachingError, EmbeddingError, AccessError, RequestError), str, FAILED),
        ((ValidationError,), _settings, MISUSED),
        ((DBAPIError,), _database, FAILED),
        ((OSError,), _system, FAILED),
        ((KeyboardInterrupt,), lambda _: "已取消。", CANCELLED),
    ]


def _settings(error: BaseException) -> str | None:
    from pydantic import ValidationError

    assert isinstance(error, ValidationError)
    if error.title != "Settings":
        return None
    return ";".join(_one_setting(str(one["loc"][0]), one["type"], one["msg"]) for one in error.errors())


def _one_setting(name: str, kind: str, message: str) -> str:
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    return f"HUASHU_{name.upper()} 的值不能用（{message}），请改正后重试"


def _database(error: BaseException) -> str | None:
    text = str(getattr(error, "orig", error))
    if "locked" in text or "busy" in text:
        return "数据库正被别的程序占用，请稍后重试；没有写入任何内容。"
    if "full" in text:
        return "磁盘已满，没有写入任何内容；请腾出空间后重试。"
    if "not a database" in text or "malformed" in text:
        return "数据库文件已损坏，请用 huashu restore 恢复一个备份，或把文件移开后重新开始。"
    if "readonly" in text or "unable to open" in text:
        return "数据库文件打不开或不可写，请检查 HUASHU_DATA_DIR 的权限和磁盘。"
    return None


def _system(error: BaseException) -> str | None:
    assert isinstance(error, OSError)
    if error.errno == errno.ENOSPC:
        return "磁盘已满，请腾出空间后重试。"
    if error.filename is None:
        return None
    reasons = {errno.ENOENT: "不存在", errno.EACCES: "没有权限", errno.EISDIR: "是一个文件夹", errno.EROFS: "只读"}
    return f"{error.filename}：{reasons.get(error.errno or 0, error.strerror)}，请检查后重试。"


def _write_down(error: BaseException, log_file: Path) -> None:
    handler = logging.FileHandler(log_file, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    writer = logging.Logger("huashu", logging.ERROR)
    writer.addHandler(handler)
    try:
        writer.error("unexpected error", exc_info=error)
    finally:
        handler.close()
