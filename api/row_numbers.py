"""Numbers of cards, versions and tokens in requests, kept to what the database's columns can hold. Pure."""

from typing import Annotated

from pydantic import AfterValidator

from api.errors import TokenNotFoundError
from kb.errors import CardNotFoundError

MAX_NUMBER = 2**31 - 1
"""PostgreSQL's INTEGER ends here; SQLite's later, but no number that was given out gets near."""


def is_possible(number: int) -> bool:
    """Whether a row can have this number."""
    return 0 <= number <= MAX_NUMBER


def number_in(text: str) -> int | None:
    """The row number a text is; None for anything else."""
    # Measured first: Python refuses to read digits by the thousand.
    number = int(text) if text.isdecimal() and len(text) <= len(str(MAX_NUMBER)) else -1
    return number if is_possible(number) else None


def _possible(number: int) -> int:
    if not is_possible(number):
        raise ValueError(f"应在 0 和 {MAX_NUMBER} 之间")
    return number


def _possible_card(number: int) -> int:
    if not is_possible(number):
        raise CardNotFoundError(f"没有编号为 {number} 的知识卡，可能已被删除。")
    return number


def _possible_token(number: int) -> int:
    if not is_possible(number):
        raise TokenNotFoundError(f"没有编号为 {number} 的令牌，可能已被删除。")
    return number


RowNumber = Annotated[int, AfterValidator(_possible)]
CardId = Annotated[int, AfterValidator(_possible_card)]
"""In a path: one that no card can have is not found."""
TokenId = Annotated[int, AfterValidator(_possible_token)]
"""In a path: one that no token can have is not found."""
