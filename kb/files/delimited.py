"""Rows of a CSV file: comma, semicolon or tab; quoted line breaks."""

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TextIO

from kb.files.encodings import open_text
from kb.files.table import TableRow, Unreadable

_DELIMITERS = ",;\t"


def csv_rows(path: Path, file: str, known_headings: Callable[[Sequence[str]], int]) -> Iterator[TableRow]:
    """Rows one by one; where the quoting is broken the lines it swallows are one that cannot be read.

    Args:
        path: Where the bytes are.
        file: What the person called the file.
        known_headings: How many of some headings are known: tells the delimiter that fits.

    Raises:
        UnreadableFileError: the encoding is none we know.
    """
    with open_text(path, file) as text:
        delimiter = max(_DELIMITERS, key=lambda candidate: known_headings(_first_record(text, candidate)))
        yield from _rows(text, delimiter)


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
