"""CSV ↔ cards: comma, semicolon or tab; quoted line breaks; written for Excel to open."""

import csv
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from kb.card_files.encodings import open_text
from kb.card_files.rows import ParsedRow
from kb.card_files.tables import HEADINGS, TableRow, Unreadable, known_headings, parse_table, table_cells
from kb.content import CardEntry
from kb.errors import CardFileError

_DELIMITERS = ",;\t"


def read_csv(path: Path, file: str, zone: ZoneInfo) -> Iterator[ParsedRow]:
    """Rows one by one; where the quoting is broken the lines it swallows are refused as one.

    Raises:
        CardFileError: the encoding or the headings cannot be read.
    """
    with open_text(path, file) as text:
        delimiter = max(_DELIMITERS, key=lambda candidate: known_headings(_first_record(text, candidate)))
        yield from parse_table(_rows(text, delimiter), file, zone)


def write_csv(entries: Iterable[CardEntry], path: Path) -> None:
    """Writes UTF-8 with a mark, as Excel wants it.

    Raises:
        CardFileError: a cell is longer than a CSV reader takes.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(HEADINGS)
        for entry in entries:
            cells = table_cells(entry)
            if any(len(cell) > csv.field_size_limit() for cell in cells):
                raise CardFileError(f"“{entry.standard_question[:30]}”内容太长，CSV 放不下，请导出为 .jsonl 或 .yaml")
            writer.writerow(cells)


def _rows(text: TextIO, delimiter: str) -> Iterator[TableRow]:
    text.seek(0)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    for row in count(1):
        begun = reader.line_num + 1
        try:
            yield row, next(reader)
        except StopIteration:
            return
        except csv.Error:
            lines = f"文本第 {begun} 到 {reader.line_num} 行没有读入"
            yield row, Unreadable(f"引号没有成对或太长，{lines}；请改正后重新导入这些行")


def _first_record(text: TextIO, delimiter: str) -> list[str]:
    text.seek(0)
    try:
        return next((cells for cells in csv.reader(text, delimiter=delimiter) if any(cells)), [])
    except csv.Error:
        return []
