"""Cells as a spreadsheet keeps them."""

import pytest

from kb.files.table import CellError, Unreadable, plain_text, shield, unshield


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-5", "@me", "'=x", "''+", "00123", "123456789012", "1.5E+10", "\uff1d1"]
)
def test_what_a_spreadsheet_would_run_or_shorten_gets_an_apostrophe_and_loses_it_again(text: str) -> None:
    assert shield(text) == f"'{text}"
    assert unshield(shield(text)) == text


@pytest.mark.parametrize("text", ["", "亲", "48小时", "'引号", "''", "it's", "12345"])
def test_ordinary_text_gets_no_apostrophe(text: str) -> None:
    assert shield(text) == text
    assert unshield(text) == text


def test_a_code_that_lost_its_digits_is_refused_and_a_shielded_one_is_whole() -> None:
    with pytest.raises(CellError, match="科学计数法"):
        plain_text("1.5E+10", is_code=True)
    assert plain_text("1.5E+10") == "1.5E+10"
    assert plain_text("'1.5E+10", is_code=True) == "1.5E+10"


def test_a_cell_that_cannot_be_known_says_why() -> None:
    with pytest.raises(CellError, match="公式"):
        plain_text(Unreadable("公式还没有算出值"))
