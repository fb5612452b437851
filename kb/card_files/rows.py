"""What reading a card file gives, row by row. Pure."""

from dataclasses import dataclass

from kb.content import CardEntry

MAX_CARD_FILE_BYTES = 10 * 1024 * 1024
"""Largest card file the API takes; reading itself does not check it."""


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
class ParsedRow:
    """One row: a card, or the reasons why not. `notes` tell what was passed over (unknown columns)."""

    row: int
    entry: CardEntry | None
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
