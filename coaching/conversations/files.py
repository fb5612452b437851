"""Conversation files, read piece by piece into a spool: JSONL, CSV and XLSX. What the pieces say is checked later.

Units are whole conversations of JSONL lines, or the rows of a table that share platform, shop and number.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, TextIO

from coaching.conversations.columns import (
    COLUMNS,
    FROM_OUTSIDE,
    Column,
    known_headings,
    matched_columns,
    missing_columns,
)
from coaching.conversations.spool import Spool
from coaching.errors import ConversationFileError, HeadingsUnknownError
from kb.errors import UnreadableFileError
from kb.files.delimited import csv_rows
from kb.files.encodings import open_text
from kb.files.table import Cell, CellError, Refusal, TableRow, Unreadable, plain_text
from kb.files.workbook import xlsx_rows

MAX_FILE_BYTES = 200 * 1024 * 1024
MAX_UNPACKED_BYTES = 600 * 1024 * 1024
"""Of a workbook; 200,000 messages take about a tenth."""
SUFFIXES = (".jsonl", ".csv", ".xlsx")
_MAX_LINE_CHARS = 16 * 1024 * 1024

Recall = Callable[[Sequence[str]], Mapping[str, str]]
"""Headings → the mapping (field → heading) somebody made for them before; empty for none."""


@dataclass(frozen=True)
class ConversationFile:
    """Where the bytes are, and what the person calls the file."""

    path: Path
    name: str


@dataclass(frozen=True)
class Reading:
    """What the person who imports says of the files."""

    given: Mapping[str, str] = field(default_factory=dict)
    """`platform` and `shop` where the files do not name them."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Field → heading, for tables that call a column otherwise."""
    recall: Recall = lambda _headings: {}


@dataclass(frozen=True)
class Note:
    """Something about the file as a whole."""

    text: str


Piece = Refusal | Note | None
"""What reading one row gives besides what it spools; None where all is well."""


def read_file(file: ConversationFile, spool: Spool, reading: Reading) -> Iterator[Piece]:
    """Spools a file; one piece a row, so that somebody may count them.

    Raises:
        ConversationFileError: the file as a whole cannot be read.
        HeadingsUnknownError: a table whose headings have to be mapped first.
    """
    try:
        if _suffix(file.name) == ".jsonl":
            yield from _read_records(file, spool, reading)
        else:
            yield from _read_table(_table_rows(file), file.name, spool, reading)
    except UnreadableFileError as error:
        raise ConversationFileError(str(error)) from error
    except OSError as error:
        reason = f"打不开（{error.strerror}），请检查文件是否存在、是否被别的程序占用"
        raise ConversationFileError(f"{file.name}：{reason}") from error


def table_headings(file: ConversationFile) -> list[str]:
    """The headings of a table, as written; none for JSONL, which has none.

    Raises:
        ConversationFileError: the file as a whole cannot be read.
    """
    try:
        if _suffix(file.name) == ".jsonl":
            open_text(file.path, file.name).close()
            return []
        return _header(_filled(_table_rows(file)), file.name)
    except UnreadableFileError as error:
        raise ConversationFileError(str(error)) from error


def check_headings(file: ConversationFile, reading: Reading) -> None:
    """Lets a file pass whose columns are all known; costs little, whatever the file's size.

    Raises:
        ConversationFileError: the file as a whole cannot be read.
        HeadingsUnknownError: a table whose headings have to be mapped first.
    """
    if headings := table_headings(file):
        _columns(headings, file.name, reading)


def _suffix(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    if suffix == ".xls":
        raise ConversationFileError(f"{name}：旧版 .xls 读不了，请用 Excel 另存为 .xlsx")
    if suffix not in SUFFIXES:
        raise ConversationFileError(f"{name}：不认识的格式“{suffix}”，可以用 {' '.join(SUFFIXES)}")
    return suffix


def _table_rows(file: ConversationFile) -> Iterator[TableRow]:
    if _suffix(file.name) == ".csv":
        return csv_rows(file.path, file.name, known_headings)
    return xlsx_rows(file.path, file.name, MAX_UNPACKED_BYTES)


def _read_records(file: ConversationFile, spool: Spool, reading: Reading) -> Iterator[Piece]:
    with open_text(file.path, file.name) as text:
        for row, line in _lines(text):
            if line is None:
                yield Refusal(file.name, row, "", "这一行太长，没有读入；请把这段会话拆开或改用表格")
            elif line.strip():
                spool.add_whole(file.name, row, json.dumps([dict(reading.given), line], ensure_ascii=False))
                yield None


def _lines(text: TextIO) -> Iterator[tuple[int, str | None]]:
    """Lines with their numbers; None for one that is too long to be held."""
    row = 0
    while line := text.readline(_MAX_LINE_CHARS):
        row += 1
        is_whole = line.endswith("\n") or len(line) < _MAX_LINE_CHARS
        rest = "" if is_whole else "…"
        while rest and not rest.endswith("\n"):
            rest = text.readline(_MAX_LINE_CHARS)
        yield row, line if is_whole else None


def _filled(rows: Iterable[TableRow]) -> Iterator[TableRow]:
    return ((row, cells) for row, cells in rows if isinstance(cells, Unreadable) or any(cells))


def _header(rows: Iterator[TableRow], file: str) -> list[str]:
    empty = "文件是空的，第一行请写列名，例如 会话编号、角色、内容"
    _, cells = next(rows, (1, Unreadable(empty)))
    if isinstance(cells, Unreadable):
        raise ConversationFileError(f"{file}：{cells.reason}")
    return [cell.strip() if isinstance(cell, str) else "" for cell in cells]


def _read_table(rows: Iterator[TableRow], file: str, spool: Spool, reading: Reading) -> Iterator[Piece]:
    filled = _filled(rows)
    headings = _header(filled, file)
    columns = _columns(headings, file, reading)
    if skipped := [heading for heading, column in zip(headings, columns, strict=True) if heading and column is None]:
        yield Note(f"{file}：不认识的列已跳过：{'、'.join(skipped)[:500]}")
    for row, cells in filled:
        if isinstance(cells, Unreadable):
            yield Refusal(file, row, "", cells.reason)
        else:
            yield _spooled(row, cells, headings, columns, file, spool, reading.given)


def _columns(headings: Sequence[str], file: str, reading: Reading) -> list[Column | None]:
    columns = matched_columns(headings, reading.mapping or reading.recall(headings))
    if missing := missing_columns(columns, reading.given):
        raise _unknown(file, headings, missing)
    return columns


def _unknown(file: str, headings: Sequence[str], missing: Sequence[Column]) -> HeadingsUnknownError:
    names = "、".join(f"“{column.heading}”({column.field})" for column in missing)
    found = "、".join(heading for heading in headings if heading)[:200]
    outside = "；平台和店铺也可以在导入时统一指定" if {one.field for one in missing} & set(FROM_OUTSIDE) else ""
    message = f"{file}：缺少列 {names}，请补上，或指明是哪一列{outside}；现有的列名：{found}"
    return HeadingsUnknownError(message, [heading for heading in headings if heading], [one.field for one in missing])


def _spooled(
    row: int,
    cells: Sequence[Cell],
    headings: Sequence[str],
    columns: Sequence[Column | None],
    file: str,
    spool: Spool,
    given: Mapping[str, str],
) -> Piece:
    if any(cells[len(headings) :]):
        return Refusal(file, row, "", "这一行比表头的列多，多半是内容里的分隔符没有用引号括起来")
    record: dict[str, Any] = dict(given)
    for heading, column, cell in zip(headings, columns, cells, strict=False):
        if column is None:
            continue
        try:
            text = plain_text(cell, is_code=column.is_code)
        except CellError as error:
            return Refusal(file, row, heading, str(error))
        if text.strip():
            record[column.field] = text
    if not str(record.get("conversation_id", "")).strip():
        heading = next(name for name, one in zip(headings, columns, strict=True) if one is COLUMNS[0])
        return Refusal(file, row, heading, "不能为空，请填写；没有编号就不知道这一行属于哪段会话")
    # As cells spell it; two spellings of one platform are two pieces of one conversation, put together when stored.
    key = json.dumps([file, *(str(record.get(name, "")).strip() for name in ("platform", "shop", "conversation_id"))])
    spool.add_part(file, key, row, json.dumps(record, ensure_ascii=False))
    return None
