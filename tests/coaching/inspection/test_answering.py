"""Whether a reply answers a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.inspection.answering import Kind, answer_score_01, gives, kinds_asked, overlap_01
from kb.text.folding import fold

COSINE = 0.87


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("什么时候发货", {Kind.WHEN}),
        ("多久能到", {Kind.WHEN}),
        ("多少钱", {Kind.MUCH}),
        ("从哪里发货", {Kind.WHERE}),
        ("怎么申请退款", {Kind.HOW}),
        ("为什么还没到", {Kind.WHY}),
        ("有货吗", {Kind.POLAR}),
        ("能不能换", {Kind.POLAR}),
        ("哪款好", {Kind.WHICH}),
        ("谁出运费", {Kind.WHO, Kind.MUCH}),
        ("我收到了", set()),
    ],
)
def test_a_question_asks_for_kinds_of_answer(question: str, kinds: set[Kind]) -> None:
    assert kinds_asked(fold(question)) == kinds


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (Kind.WHEN, "明天下午", "由顺丰发出"),
        (Kind.MUCH, "一共三十元", "很划算"),
        (Kind.WHERE, "在首页右上角", "很快的"),
        (Kind.POLAR, "有的", "顺丰"),
    ],
)
def test_a_reply_gives_the_kind_that_is_asked_for_or_not(kind: Kind, right: str, wrong: str) -> None:
    assert gives(kind, right)
    assert not gives(kind, wrong)


@pytest.mark.parametrize(
    ("question", "better", "worse"),
    [
        ("什么时候发货", "明天上午发货", "您好，很高兴为您服务"),
        ("有黑色吗", "有的，黑色现货", "方便留个电话吗"),
        ("怎么申请退款", "点开订单详情申请退款", "好的"),
        ("多少钱", "三十元", "您考虑一下"),
        ("能便宜吗", "可以的", "您要几件呢"),
    ],
)
def test_what_answers_scores_above_what_does_not(question: str, better: str, worse: str) -> None:
    assert answer_score_01(question, better, COSINE) > answer_score_01(question, worse, COSINE)


def test_nearer_in_meaning_scores_higher() -> None:
    assert answer_score_01("会掉色吗", "深色建议单独洗", 0.93) > answer_score_01("会掉色吗", "深色建议单独洗", 0.82)


def test_overlap_is_of_content_not_of_small_words() -> None:
    assert overlap_01("这个可以吗", "你们还有吗") == 0.0
    assert overlap_01("退运费", "退运费") == 1.0


@given(st.text(max_size=80), st.text(max_size=80), st.floats(-1, 1))
def test_a_score_is_between_0_and_1(question: str, reply: str, cosine: float) -> None:
    assert 0 <= answer_score_01(question, reply, cosine) <= 1
