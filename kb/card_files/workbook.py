"""XLSX ↔ cards."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from kb.card_files.columns import COLUMNS
from kb.card_files.rows import ParsedRow
from kb.card_files.tables import HEADINGS, parse_table, table_cells
from kb.content import CardEntry
from kb.errors import CardFileError
from kb.files.workbook import xlsx_rows

MAX_CELL_CHARS = 32_767
"""Excel's own limit (Microsoft: "Excel specifications and limits")."""
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_WIDE = {"standard_question", "similar_questions", "negative_questions", "replies", "key_points", "facts", "source"}


def read_xlsx(path: Path, file: str, zone: ZoneInfo) -> Iterator[ParsedRow]:
    """Rows one by one.

    Raises:
        UnreadableFileError: not an XLSX, encrypted, or a zip bomb.
        CardFileError: the needed headings are missing.
    """
    yield from parse_table(xlsx_rows(path, file), file, zone)


def write_xlsx(entries: Iterable[CardEntry], path: Path) -> None:
    """Writes text cells under Chinese headings.

    Raises:
        CardFileError: a cell is longer than Excel takes.
    """
    # All cells first: a sheet that is begun and left leaves a temporary file behind.
    rows = [table_cells(entry) for entry in entries]
    for cells in rows:
        if any(len(cell) > MAX_CELL_CHARS for cell in cells):
            raise CardFileError(f"“{cells[2][:30]}”内容太长，Excel 放不下，请导出为 .jsonl 或 .yaml")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("知识卡")
    sheet.freeze_panes = "A2"
    for index, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = 40 if column.field in _WIDE else 14
    head = WriteOnlyCell(sheet)
    head.font = Font(bold=True)
    body = WriteOnlyCell(sheet)
    body.alignment = Alignment(wrap_text=True, vertical="top")
    body.number_format = "@"
    sheet.append([_text_cell(sheet, heading, head) for heading in HEADINGS])
    for cells in rows:
        sheet.append([_text_cell(sheet, cell, body) if cell else None for cell in cells])
    book.save(path)


def _text_cell(sheet: Any, text: str, like: Any) -> Any:
    """A cell that stays text whatever it looks like (`=…`, `#N/A`, `_x0041_`)."""
    cell = WriteOnlyCell(sheet, _LOOKS_ESCAPED.sub("_x005F_", text))
    cell.data_type = "s"
    cell._style = like._style
    return cell
