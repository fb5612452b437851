"""What an agent's message does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.inspection.replies import read_reply


@pytest.mark.parametrize("text", ["好的", "嗯嗯", "是的亲", "亲爱的", "好的呢，没问题"])
def test_a_nod_is_bare(text: str) -> None:
    assert read_reply(text).is_bare


@pytest.mark.parametrize("text", ["好的，明天发货", "请稍等", "还有其他可以帮您的吗", "您的身高是多少"])
def test_whatever_says_asks_or_waits_is_not_bare(text: str) -> None:
    assert not read_reply(text).is_bare


def test_a_message_may_wait_and_answer() -> None:
    reply = read_reply("请稍等，我帮您查一下 包裹已经到杭州，明天派送")
    assert reply.waits
    assert reply.looks
    assert reply.statements == ("包裹已经到杭州", "明天派送")


def test_asking_for_more_closes_and_asking_for_the_problem_opens() -> None:
    assert read_reply("请问还有其他可以帮到您的吗").closes
    assert not read_reply("请问还有其他可以帮到您的吗").opens
    assert read_reply("您好，请问有什么可以帮您").opens
    assert read_reply("请问是之前的问题还是其他问题呢").opens


def test_begging_for_stars_is_no_content() -> None:
    reply = read_reply("麻烦给个五星评价哦，祝您生活愉快")
    assert reply.closes
    assert not reply.content


def test_asking_for_the_order_is_noticed() -> None:
    assert read_reply("麻烦您提供一下订单号").asks_order
    assert not read_reply("麻烦您提供一下手机号").asks_order
    assert not read_reply("您的订单明天送达").asks_order


@pytest.mark.parametrize("text", ["您要几件呢", "是这个地址吗~~", "要哪款", "尺码多少"])
def test_questions_are_no_statements(text: str) -> None:
    reply = read_reply(text)
    assert reply.asks
    assert not reply.statements


def test_a_softening_particle_is_no_question() -> None:
    assert not read_reply("已经帮您登记了呢").asks


@given(st.text(max_size=200))
def test_statements_are_part_of_the_content(text: str) -> None:
    reply = read_reply(text)
    assert set(reply.statements) <= set(reply.content)
