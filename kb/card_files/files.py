"""Reading and writing a card file by its suffix."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from zoneinfo import ZoneInfo

from kb.card_files.delimited import read_csv, write_csv
from kb.card_files.records import read_jsonl, read_yaml, write_jsonl, write_yaml
from kb.card_files.rows import ParsedRow
from kb.card_files.workbook import read_xlsx, write_xlsx
from kb.content import CardEntry
from kb.errors import CardFileError, UnreadableFileError

_Read = Callable[[Path, str, ZoneInfo], Iterator[ParsedRow]]
_Write = Callable[[Iterable[CardEntry], Path], None]
_FORMATS: Mapping[str, tuple[_Read, _Write]] = {
    ".yaml": (read_yaml, write_yaml),
    ".yml": (read_yaml, write_yaml),
    ".jsonl": (read_jsonl, write_jsonl),
    ".csv": (read_csv, write_csv),
    ".xlsx": (read_xlsx, write_xlsx),
}


def read_card_file(path: Path, zone: ZoneInfo, name: str | None = None) -> Iterator[ParsedRow]:
    """Rows of a card file in order, each a card or its refusals; blank rows are left out.

    Args:
        path: Where the bytes are.
        zone: Zone of times written without one.
        name: What the person called the file, for refusals and for its format; else the path's own name.

    Raises:
        CardFileError: at the first row asked for; the file as a whole cannot be read.
    """
    file = name or path.name
    read, _ = _format(file)
    try:
        yield from read(path, file, zone)
    except UnreadableFileError as error:
        raise CardFileError(str(error)) from error
    except OSError as error:
        raise CardFileError(f"{file}：打不开（{error.strerror}），请检查文件是否存在、是否被别的程序占用") from error


def write_card_file(entries: Iterable[CardEntry], path: Path) -> int:
    """Writes cards and gives their number; the file appears whole or not at all.

    Raises:
        CardFileError: unknown suffix, or a card too long for the format.
    """
    _, write = _format(path.name)
    part = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.part")
    count = 0

    def counted() -> Iterator[CardEntry]:
        nonlocal count
        for entry in entries:
            count += 1
            yield entry

    try:
        write(counted(), part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _format(file: str) -> tuple[_Read, _Write]:
    suffix = PurePath(file).suffix.lower()
    if suffix == ".xls":
        raise CardFileError(f"{file}：旧版 .xls 读不了，请用 Excel 另存为 .xlsx")
    if suffix not in _FORMATS:
        raise CardFileError(f"{file}：不认识的格式“{suffix}”，可以用 {' '.join(_FORMATS)}")
    return _FORMATS[suffix]
