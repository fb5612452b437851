"""What reading a card file gives, row by row. Pure."""

from dataclasses import dataclass

from kb.content import CardEntry
from kb.files.table import Refusal

MAX_CARD_FILE_BYTES = 10 * 1024 * 1024
"""Largest card file the API takes; reading itself does not check it."""


@dataclass(frozen=True)
class ParsedRow:
    """One row: a card, or the reasons why not. `notes` tell what was passed over (unknown columns)."""

    row: int
    entry: CardEntry | None
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
