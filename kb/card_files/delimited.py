"""CSV ↔ cards: comma, semicolon or tab; quoted line breaks; written for Excel to open."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from kb.card_files.encodings import open_text
from kb.card_files.rows import ParsedRow, Refusal
from kb.card_files.tables import HEADINGS, known_headings, parse_table, table_cells
from kb.content import CardEntry
from kb.errors import CardFileError

_DELIMITERS = ",;\t"


def read_csv(path: Path, file: str, zone: ZoneInfo) -> Iterator[ParsedRow]:
    """Rows one by one; after a row that breaks the quoting the rest is refused as one.

    Raises:
        CardFileError: the encoding or the headings cannot be read.
    """
    with open_text(path, file) as text:
        delimiter = max(_DELIMITERS, key=lambda candidate: known_headings(_first_record(text, candidate)))
        text.seek(0)
        rows = enumerate(csv.reader(text, delimiter=delimiter), start=1)
        row = 1
        try:
            for parsed in parse_table(rows, file, zone):
                row = parsed.row
                yield parsed
        except csv.Error:
            reason = "从这一行起读不下去,多半是引号没有成对;请改正后重新导入这一行及以后的内容"
            yield ParsedRow(row + 1, None, (Refusal(file, row + 1, "", reason),))


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
                raise CardFileError(f"“{entry.standard_question[:30]}”内容太长,CSV 放不下,请导出为 .jsonl 或 .yaml")
            writer.writerow(cells)


def _first_record(text: TextIO, delimiter: str) -> list[str]:
    text.seek(0)
    try:
        return next((cells for cells in csv.reader(text, delimiter=delimiter) if any(cells)), [])
    except csv.Error:
        return []
