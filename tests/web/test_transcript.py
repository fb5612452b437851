"""Pasted conversations into messages and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.suggestion.questions import Said
from web.transcript import MARKS, read_transcript, write_transcript


def test_lines_without_speakers_are_the_customers_messages() -> None:
    assert read_transcript("在吗\n\n 裤子小了 \n能换吗") == [
        Said("customer", "在吗"),
        Said("customer", "裤子小了"),
        Said("customer", "能换吗"),
    ]


@pytest.mark.parametrize("mark", ["客:", "客：", "顾客:", "买家 ：", "客户:", "Customer:", "買家:"])
def test_a_mark_says_that_the_customer_speaks(mark: str) -> None:
    assert read_transcript(f"我: 您好\n{mark} 多久发货") == [Said("agent", "您好"), Said("customer", "多久发货")]


def test_a_line_without_speaker_belongs_to_the_one_before() -> None:
    assert read_transcript("客: 多久发货\n急用\n客服: 48 小时内\n亲") == [
        Said("customer", "多久发货\n急用"),
        Said("agent", "48 小时内\n亲"),
    ]


def test_a_word_that_only_begins_like_a_speaker_is_no_speaker() -> None:
    assert read_transcript("我想问:多久发货") == [Said("customer", "我想问:多久发货")]


@given(st.text(max_size=300))
def test_any_text_gives_only_messages_that_say_something(text: str) -> None:
    assert all(message.text.strip() for message in read_transcript(text))


roles = st.sampled_from(sorted(MARKS))
words = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=40).filter(str.strip)
lines = st.lists(words.map(str.strip), min_size=1, max_size=3).map("\n".join)


@given(st.lists(st.builds(Said, roles, lines), max_size=6))
def test_a_written_transcript_is_read_back_as_it_was(messages: list[Said]) -> None:
    read = read_transcript(write_transcript(messages))
    assert [message.role for message in read] == [message.role for message in messages]
    assert ["".join(one.text.split()) for one in read] == ["".join(one.text.split()) for one in messages]
