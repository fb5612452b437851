"""Rows of an XLSX file: the first visible sheet, with the values its formulas had when it was last saved."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, time
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.escape import unescape

from kb.errors import UnreadableFileError
from kb.files.table import Cell, TableRow, Unreadable, written_time

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 200
"""Spreadsheets people write pack 5 to 30 times smaller; a zip bomb, a thousand times."""
_MAX_ROWS = 1_048_576
"""Excel's own limit (Microsoft: "Excel specifications and limits")."""
_MAX_COLUMNS = 200
_SMALL_BYTES = 1024 * 1024
_DIGITS_LOST_FROM = 10**15
_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")


def xlsx_rows(path: Path, file: str, max_unpacked_bytes: int = MAX_UNPACKED_BYTES) -> Iterator[TableRow]:
    """Rows one by one.

    Raises:
        UnreadableFileError: not an XLSX, encrypted, or a zip bomb.
    """
    has_formulas = _checked_archive(path, file, max_unpacked_bytes)
    yield from _rows(path, file, has_formulas=has_formulas)


def _checked_archive(path: Path, file: str, max_unpacked_bytes: int) -> bool:
    """Whether a sheet holds formulas; raises before anything dangerous is unpacked."""
    with path.open("rb") as raw:
        if raw.read(4) == _OLD_OR_ENCRYPTED:
            raise UnreadableFileError(f"{file}：是旧版 .xls 或加了密码的文件，请用 Excel 另存为不带密码的 .xlsx")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > max_unpacked_bytes or any(map(_is_bomb, parts)):
                raise UnreadableFileError(f"{file}：解压后过大，请删去多余的行、图片和格式，或改用 .csv")
            sheets = [part for part in parts if part.filename.startswith("xl/worksheets/")]
            return any(_has_formula(archive, sheet) for sheet in sheets)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise _unreadable(file) from error


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > _SMALL_BYTES and part.file_size > MAX_RATIO * part.compress_size


def _has_formula(archive: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> bool:
    with archive.open(sheet) as xml:
        tail = b""
        while chunk := xml.read(_SMALL_BYTES):
            if _FORMULA.search(tail + chunk):
                return True
            tail = chunk[-32:]
    return False


def _rows(path: Path, file: str, *, has_formulas: bool) -> Iterator[TableRow]:
    """Rows as text. Formulas cost a second reading: openpyxl gives their text or their value, not both."""
    with ExitStack() as opened:

        def book(*, data_only: bool) -> Any:
            raw = opened.enter_context(path.open("rb"))  # a path would be refused for its suffix
            return openpyxl.load_workbook(raw, read_only=True, data_only=data_only)

        try:
            formulas = _first_sheet(book(data_only=False)) if has_formulas else repeat(())
            for row, (values, sources) in enumerate(zip(_first_sheet(book(data_only=True)), formulas, strict=False), 1):
                pairs = zip(values, chain(sources, repeat(None)), strict=False)
                yield row, [_cell(value, source) for value, source in pairs]
        except Exception as error:  # a broken workbook makes openpyxl fail in any way at all
            raise _unreadable(file) from error


def _first_sheet(book: Any) -> Iterator[tuple[Any, ...]]:
    sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), book.worksheets[0])
    sheet.reset_dimensions()  # what the file says of its size may be wrong, or a trap
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(max_row=_MAX_ROWS, max_col=_MAX_COLUMNS)
    return rows


def _cell(cell: Any, source: Any) -> Cell:
    value = cell.value
    if cell.data_type == "e":
        return Unreadable(f"这一格出错（{value}），请改正公式或直接写文字")
    if value is None:
        uncalculated = source is not None and source.data_type == "f" and cell.data_type != "str"
        return Unreadable("公式还没有算出值，请用 Excel 打开并保存一次，或直接写文字") if uncalculated else ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return written_time(value.date() if value.time() == time.min else value)
    if isinstance(value, date):
        return written_time(value)
    return str(unescape(str(value)))


def _number(value: int | float) -> Cell:
    if abs(value) >= _DIGITS_LOST_FROM:
        return Unreadable("长编号被 Excel 当成数字，末尾几位已丢失；请把该列设为“文本”后重新填写")
    return str(int(value)) if value == int(value) else f"{value:.15g}"


def _unreadable(file: str) -> UnreadableFileError:
    return UnreadableFileError(f"{file}：打不开，文件已损坏或不是 Excel 文件；请用 Excel 打开后另存为 .xlsx")
