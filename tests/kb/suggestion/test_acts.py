import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.suggestion.acts import Act, act_of, without_greeting


@pytest.mark.parametrize("text", ["在吗", "你好", "亲", "有人在吗?", "妳好", "亲,在不在呀~", "HELLO", "早上好亲"])
def test_greeting(text: str) -> None:
    assert act_of(text) is Act.GREETING


@pytest.mark.parametrize("text", ["谢谢啦", "好的谢谢", "辛苦了", "嗯嗯", "收到", "OK", "謝謝"])
def test_thanks(text: str) -> None:
    assert act_of(text) is Act.THANKS


@pytest.mark.parametrize("text", ["转人工", "人工客服", "我要找真人客服", "找你们主管", "叫你们经理来", "轉人工"])
def test_call_for_a_person(text: str) -> None:
    assert act_of(text) is Act.HANDOFF


@pytest.mark.parametrize("text", ["😭😭", "...", "？？", "[微笑]", "\u200b"])
def test_nothing_to_look_up(text: str) -> None:
    assert act_of(text) is Act.NO_CONTENT


@pytest.mark.parametrize(
    "text",
    [
        "请问多久发货",
        "在吗 我的快递到哪了",
        "好的,那什么时候发货",
        "收到货了",
        "有没有货",
        "人工费多少",
        "在嘉兴发货吗",
        "谢谢但是还没收到",
    ],
)
def test_question_or_statement_is_no_mere_act(text: str) -> None:
    assert act_of(text) is None


def test_greeting_in_front_of_a_question_is_taken_off() -> None:
    assert without_greeting("你好,请问多久发货") == "多久发货"
    assert without_greeting("在吗") == "在吗"


@given(st.text(alphabet="谢好的在吗亲你嗯,~ 转人工", max_size=40))
def test_any_mix_of_polite_words_is_read_quickly(text: str) -> None:
    start = time.perf_counter()
    act_of(text)
    without_greeting(text)
    assert time.perf_counter() - start < 1.0
