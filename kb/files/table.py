"""Rows of cells, as CSV files and sheets give them, and what keeps a spreadsheet from rewriting a cell. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

_SHIELDED = re.compile(r"'*(?:[=+\-@\uff1d\uff0b\uff0d\uff20]|0\d+\Z|\d{12,}\Z|\d+(?:\.\d+)?[eE][+-]?\d+\Z)")
_SHORTENED_NUMBER = re.compile(r"\d+(?:\.\d+)?[eE]\+\d+")


@dataclass(frozen=True)
class Refusal:
    """Why one cell or row was not taken, for the person who wrote the file.

    `row` is the row a spreadsheet shows, or the line of a text file, from 1; `column` is the heading
    the person used ("" when the whole row is meant).
    """

    file: str
    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class Unreadable:
    """A cell or a row whose content cannot be known (a formula never calculated); `reason` in Chinese."""

    reason: str


Cell = str | Unreadable
TableRow = tuple[int, Sequence[Cell] | Unreadable]
"""The number of a row and its cells."""


class CellError(ValueError):
    """The cell cannot be read; the message says in Chinese what to write instead."""


def shield(text: str) -> str:
    """Text that a spreadsheet neither runs as a formula nor turns into a shortened number: `'` in front."""
    return f"'{text}" if _SHIELDED.match(text) else text


def unshield(text: str) -> str:
    """The text before `shield`; an apostrophe of the text's own stays."""
    return text[1:] if text.startswith("'") and _SHIELDED.match(text[1:]) else text


def plain_text(cell: Cell, *, is_code: bool = False) -> str:
    """What a person wrote in a cell; of a code every digit has to be there.

    Raises:
        CellError: the content cannot be known.
    """
    if isinstance(cell, Unreadable):
        raise CellError(cell.reason)
    text = unshield(cell)
    if is_code and text == cell and _SHORTENED_NUMBER.fullmatch(cell.strip()):
        raise CellError("被表格软件改成了科学计数法，末尾几位已丢失；请把该列设为“文本”后重新填写")
    return text


def heading_key(heading: str) -> str:
    """What two headings share that mean the same: width, case, spaces and marks do not count."""
    return re.sub(r"[\s_\-*:\ufeff\x00]|\(必填\)", "", unicodedata.normalize("NFKC", heading)).casefold()


def written_time(value: date | datetime | None) -> str:
    """A date or time as ISO 8601, "" for none."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if value else ""
