"""What every text goes through first."""

from hypothesis import given
from hypothesis import strategies as st

from embeddings.text_limits import MAX_CHARACTERS, readable


@given(st.text(st.characters(codec=None), max_size=300))
def test_any_text_can_be_written_as_utf8_without_nul(text):
    assert "\0" not in readable(text).encode().decode()


@given(st.text(max_size=300))
def test_ordinary_text_stays_as_it_is(text):
    assert readable(text) == text.replace("\0", " ")


def test_a_long_text_is_cut():
    assert readable("长" * 100_000) == "长" * MAX_CHARACTERS
