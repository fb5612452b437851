import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.suggestion.questions import (
    MAX_QUESTION_CHARS,
    MAX_QUESTIONS,
    Said,
    earlier_question,
    names_another,
    says_little,
    split_questions,
    waiting_texts,
)


@pytest.mark.parametrize(
    ("burst", "questions"),
    [
        (["多久发货"], ["多久发货"]),
        (["你好", "裤子小了", "能换吗 运费谁出"], ["裤子小了,能换吗", "运费谁出"]),
        (["有黑色吗？多久发货"], ["有黑色吗", "多久发货"]),
        (["收到是碎的！", "怎么办"], ["收到是碎的,怎么办"]),
        (["这是什么材质的？会不会缩水？另外能开发票吗"], ["这是什么材质的", "会不会缩水", "能开发票吗"]),
        (["收到货了,少了一个盖子"], ["收到货了,少了一个盖子"]),
        (["在吗", "想退货"], ["想退货"]),
        (["为什么退款还没到账 都5天了"], ["为什么退款还没到账,都5天了"]),
        (["退货怎么退，谢谢"], ["退货怎么退"]),
        (["面膜孕妇能用不？敏感肌能用？一周用几次"], ["面膜孕妇能用不", "敏感肌能用", "一周用几次"]),
    ],
)
def test_burst_is_read_as_its_questions(burst: list[str], questions: list[str]) -> None:
    assert split_questions(burst) == questions


def test_five_questions_become_four_and_none_is_lost() -> None:
    found = split_questions(["有黑色吗？多久发货？包邮吗？能开票吗？怎么退货？"])
    assert len(found) == MAX_QUESTIONS
    assert "能开票吗" in found[-1]
    assert "怎么退货" in found[-1]


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_any_burst_gives_one_to_four_bounded_questions(burst: list[str]) -> None:
    found = split_questions(burst)
    assert 1 <= len(found) <= MAX_QUESTIONS
    assert all(len(question) <= MAX_QUESTION_CHARS for question in found)


def test_a_hundred_thousand_characters_are_cut_not_refused() -> None:
    [question] = split_questions(["我想退货" * 25_000])
    assert len(question) == MAX_QUESTION_CHARS


@pytest.mark.parametrize("text", ["那多久呢", "怎么办", "可以吗", "那运费呢"[:1] + "呢", "多少钱"])
def test_question_without_a_subject_says_little(text: str) -> None:
    assert says_little(text)


@pytest.mark.parametrize("text", ["多久发货", "运费谁出", "能开发票吗", "退货运费多少"])
def test_question_with_a_subject_stands_alone(text: str) -> None:
    assert not says_little(text)


@pytest.mark.parametrize("text", ["信用卡呢", "那换货呢？", "要是预售的呢", "裤子的话呢"])
def test_question_that_names_something_else_leans_on_the_one_before(text: str) -> None:
    assert names_another(text)


@pytest.mark.parametrize(
    "text", ["怎么还没发货呢", "那多久呢", "信用卡", "能开发票吗", "呢", "我问的是那件羽绒服到底发不发货呢"]
)
def test_question_that_asks_for_itself_does_not(text: str) -> None:
    assert not names_another(text)


def test_only_what_came_after_the_last_answer_waits() -> None:
    talk = [
        Said("customer", "在吗"),
        Said("agent", "在的"),
        Said("customer", "怎么退"),
        Said("system", "已读"),
        Said("customer", "那多久呢"),
    ]
    assert waiting_texts(talk) == ["怎么退", "那多久呢"]


def test_answered_conversation_shows_the_last_thing_asked() -> None:
    assert waiting_texts([Said("customer", "怎么退"), Said("agent", "点这里")]) == ["怎么退"]


def test_earlier_question_skips_greetings_and_the_waiting_burst() -> None:
    talk = [
        Said("customer", "怎么退货"),
        Said("agent", "点这里"),
        Said("customer", "好的"),
        Said("agent", "嗯"),
        Said("customer", "那多久呢"),
    ]
    assert earlier_question(talk) == "怎么退货"
    assert earlier_question(talk[:1]) == ""
