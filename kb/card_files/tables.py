"""Rows of cells (a CSV or a sheet) ↔ cards. Pure: the bytes are the business of the format's own file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from kb.card_files.columns import COLUMNS, Column, match_heading
from kb.card_files.reasons import reasons
from kb.card_files.rows import ParsedRow
from kb.content import CardEntry
from kb.errors import CardFileError
from kb.files.table import Cell, CellError, Refusal, TableRow, Unreadable, plain_text, shield

HEADINGS = tuple(column.heading for column in COLUMNS)


def parse_table(rows: Iterable[TableRow], file: str, zone: ZoneInfo) -> Iterator[ParsedRow]:
    """Cards of a table whose first row that is not blank holds the headings.

    Raises:
        CardFileError: no headings, a required one missing, or one twice.
    """
    filled = ((row, cells) for row, cells in rows if isinstance(cells, Unreadable) or any(cells))
    header_row, header = next(filled, (1, Unreadable("文件是空的，第一行请写列名，例如 标准问、回复")))
    if isinstance(header, Unreadable):
        raise CardFileError(f"{file}：{header.reason}")
    headings = [cell.strip() if isinstance(cell, str) else "" for cell in header]
    columns = _columns(headings, file)
    if unknown := [heading for heading, column in zip(headings, columns, strict=True) if heading and not column]:
        yield ParsedRow(header_row, None, notes=(f"不认识的列已跳过：{'、'.join(unknown)}",))
    for row, cells in filled:
        if isinstance(cells, Unreadable):
            yield ParsedRow(row, None, (Refusal(file, row, "", cells.reason),))
        else:
            yield _parse_row(row, cells, headings, columns, file, zone)


def known_headings(headings: Iterable[str]) -> int:
    """How many of the headings name a column: tells a delimiter that fits from one that does not."""
    return sum(match_heading(heading) is not None for heading in headings)


def table_cells(entry: CardEntry) -> list[str]:
    """A card as the cells of one row, in the order of `HEADINGS`, safe to open in a spreadsheet."""
    return [shield(column.write(getattr(entry, column.field))) for column in COLUMNS]


def _columns(headings: Sequence[str], file: str) -> list[Column | None]:
    columns = [match_heading(heading) for heading in headings]
    known = [column.field for column in columns if column]
    for column in COLUMNS:
        if column.required and column.field not in known:
            found = "、".join(heading for heading in headings if heading)[:200]
            raise CardFileError(f"{file}：缺少“{column.heading}”（{column.field}）列，请补上；现有的列名：{found}")
        if known.count(column.field) > 1:
            raise CardFileError(f"{file}：有两列都是“{column.heading}”（{column.field}），请合成一列")
    return columns


def _parse_row(
    row: int,
    cells: Sequence[Cell],
    headings: Sequence[str],
    columns: Sequence[Column | None],
    file: str,
    zone: ZoneInfo,
) -> ParsedRow:
    refusals: list[Refusal] = []
    record: dict[str, Any] = {}
    heading_of: dict[str, str] = {}
    if any(cells[len(headings) :]):
        refusals.append(Refusal(file, row, "", "这一行比表头的列多，多半是内容里的分隔符没有用引号括起来"))
    for heading, column, cell in zip(headings, columns, cells, strict=False):
        if column is None:
            continue
        heading_of[column.field] = heading
        try:
            if value := column.read(plain_text(cell, is_code=column.is_code)):
                record[column.field] = value
        except CellError as error:
            refusals.append(Refusal(file, row, heading, str(error)))
    return _validated(row, record, refusals, heading_of, file, zone)


def _validated(
    row: int,
    record: Mapping[str, Any],
    refusals: list[Refusal],
    heading_of: Mapping[str, str],
    file: str,
    zone: ZoneInfo,
) -> ParsedRow:
    told = {refusal.column for refusal in refusals}
    try:
        entry = CardEntry.model_validate(record, context={"zone": zone})
    except ValidationError as error:
        for field, reason in reasons(error):
            column = heading_of.get(field, field)
            if column not in told:
                refusals.append(Refusal(file, row, column, reason))
        return ParsedRow(row, None, tuple(refusals))
    return ParsedRow(row, None if refusals else entry, tuple(refusals))
