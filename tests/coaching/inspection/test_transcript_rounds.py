"""Rounds: from the customer's first unanswered message to the agent's answer, and what it says until asked again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.conversations.transcript import Line, Transcript, chat, rounds


def _shape(*written: str) -> list[tuple[list[int], list[int]]]:
    return [
        ([line.index for line in one.asked], [line.index for line in one.replies]) for one in rounds(chat(*written))
    ]


def test_a_burst_is_one_round_with_all_answers() -> None:
    assert _shape("C 在吗", "C 有货吗", "A 有", "A 亲", "C 好") == [([0, 1], [2, 3]), ([4], [])]


def test_asks_never_answered_are_one_round() -> None:
    assert _shape(*["C 在吗"] * 10) == [(list(range(10)), [])]


def test_bot_and_system_neither_open_nor_answer_a_round() -> None:
    assert _shape("B 您好", "C 在吗", "B 智能助手", "S 已转接", "C 人工", "A 在") == [([1, 4], [5])]


def test_what_an_agent_says_first_belongs_to_no_round() -> None:
    assert _shape("A 您好", "C 在吗", "A 在") == [([1], [2])]


def test_no_messages_make_no_rounds() -> None:
    assert rounds(Transcript(())) == ()


def test_a_line_that_is_no_line_is_refused() -> None:
    with pytest.raises(ValueError):
        chat("在吗")


ROLES = st.sampled_from(["customer", "agent", "bot", "system"])


@given(st.lists(ROLES, max_size=40))
def test_every_customer_message_stands_in_exactly_one_round_in_order(roles: list) -> None:
    lines = tuple(Line(at, role, "x") for at, role in enumerate(roles))
    found = rounds(Transcript(lines))
    asked = [line.index for one in found for line in one.asked]
    assert asked == [line.index for line in lines if line.role == "customer"]
    assert all(one.asked for one in found)
    assert all(one.replies for one in found[:-1])
    replied = [line.index for one in found for line in one.replies]
    first = min(asked, default=len(lines))
    assert replied == [line.index for line in lines if line.role == "agent" and line.index > first]
