"""A round with what stands around it."""

import pytest

from coaching.conversations.transcript import chat
from coaching.inspection.answering import Kind
from coaching.inspection.reading import Reader
from coaching.inspection.turns import Turn, adjusted, turns
from coaching.inspection.vector_memory import VectorMemory
from tests.coaching.inspection.fakes import FakeEncoder, FakeKnowledge


def _turns(*written: str, finished: bool = True) -> list[Turn]:
    reader = Reader(VectorMemory(FakeEncoder()), FakeKnowledge())
    return list(turns(reader.read(chat(*written, finished=finished))))


def test_a_question_put_off_stays_open_until_it_is_answered() -> None:
    turn = _turns("C 什么时候到", "A 麻烦提供一下订单号", "C 20261102334455", "A 请稍等", "C 好的", "A 明天到")[-1]
    assert turn.is_put_off
    assert turn.kinds == {Kind.WHEN}


def test_an_answered_question_is_closed() -> None:
    turn = _turns("C 什么时候到", "A 明天下午到", "C 好的", "A 嗯嗯")[-1]
    assert not turn.wants_substance


def test_what_comes_next_is_not_known_while_the_conversation_goes_on() -> None:
    lines = ("C 床垫多厚", "A 床垫是乳胶的", "C 我问的是多厚")
    assert _turns(*lines)[0].is_clarified
    assert not _turns(*lines, finished=False)[0].is_protested


@pytest.mark.parametrize("after", ["人呢", "？？", "我说的是尺寸", "算了 我自己去查"])
def test_chasing_explaining_and_giving_up_are_protests(after: str) -> None:
    assert _turns("C 床垫多厚", "A 床垫是乳胶的", f"C {after}")[0].is_protested


def test_thanks_lower_a_confidence_and_protests_raise_it() -> None:
    thanked = _turns("C 床垫多厚", "A 乳胶的", "C 谢谢")[0]
    protested = _turns("C 床垫多厚", "A 乳胶的", "C 我问的是多厚")[0]
    nothing = _turns("C 床垫多厚", "A 乳胶的")[0]
    assert adjusted(0.6, thanked) < adjusted(0.6, nothing) < adjusted(0.6, protested)


@pytest.mark.parametrize("last", ["什么时候发 好的", "没有了 就是随便问问", "麻烦帮我看看 谢谢"])
def test_who_ends_with_thanks_or_fine_is_content(last: str) -> None:
    assert _turns("C 在吗", "A 在的", f"C {last}", "A 还有其他可以帮您的吗")[-1].is_content


def test_who_says_yes_to_a_request_is_not_done() -> None:
    assert not _turns("C 帮我取消 对的", "A 嗯")[0].is_content


def test_rounds_nobody_answered_are_left_out() -> None:
    assert _turns("C 在吗", "C 人呢") == []
