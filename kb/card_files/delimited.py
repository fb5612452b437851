"""CSV ↔ cards; written for Excel to open."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from kb.card_files.rows import ParsedRow
from kb.card_files.tables import HEADINGS, known_headings, parse_table, table_cells
from kb.content import CardEntry
from kb.errors import CardFileError
from kb.files.delimited import csv_rows


def read_csv(path: Path, file: str, zone: ZoneInfo) -> Iterator[ParsedRow]:
    """Rows one by one; where the quoting is broken the lines it swallows are refused as one.

    Raises:
        UnreadableFileError: the encoding is none we know.
        CardFileError: the headings cannot be read.
    """
    yield from parse_table(csv_rows(path, file, known_headings), file, zone)


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
