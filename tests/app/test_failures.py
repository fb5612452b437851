import errno
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.cli.failures import CANCELLED, FAILED, failure
from app.errors import AppError


def test_unexpected_error_is_one_line_and_a_traceback_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "huashu.log"
    try:
        raise ZeroDivisionError("insides")
    except ZeroDivisionError as error:
        line, code = failure(error, log)
    assert (line, code) == (f"程序出错（ZeroDivisionError），详情见 {log}。", FAILED)
    written = log.read_text(encoding="utf-8")
    assert "Traceback" in written
    assert "insides" in written


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满，请腾出空间后重试。"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "/x：没有权限，请检查后重试。"),
        (OperationalError("q", {}, Exception("database or disk is full")), "磁盘已满"),
        (OperationalError("q", {}, Exception("attempt to write a readonly database")), "不可写"),
        (AppError("两行\n变一行"), "两行 变一行"),
    ],
)
def test_expected_errors_say_what_to_do(error: Exception, told: str, tmp_path: Path) -> None:
    line, code = failure(error, tmp_path / "huashu.log")
    assert told in line
    assert "\n" not in line
    assert code == FAILED
    assert not (tmp_path / "huashu.log").exists()


def test_cancelling_is_no_failure(tmp_path: Path) -> None:
    assert failure(KeyboardInterrupt(), tmp_path / "x.log") == ("已取消。", CANCELLED)
