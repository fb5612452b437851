"""What a customer's message does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.inspection.acts import CustomerAct, customer_act, pieces, without_data


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("这个多久能发货", CustomerAct.QUESTION),
        ("好的 那运费谁出", CustomerAct.QUESTION),
        ("是今天到对吧", CustomerAct.QUESTION),
        ("帮我把电话改一下", CustomerAct.REQUEST),
        ("麻烦尽快发", CustomerAct.REQUEST),
        ("收到的碗碎了一个", CustomerAct.REPORT),
        ("包裹一直没有更新", CustomerAct.REPORT),
        ("人呢", CustomerAct.CHASE),
        ("？？", CustomerAct.CHASE),
        ("查到了吗", CustomerAct.CHASE),
        ("订单号:[订单号]", CustomerAct.INFORMATION),
        ("20261102334455", CustomerAct.INFORMATION),
        ("咨询订单号:20261102334455 商品ID:778899 下单时间:2026-11-02", CustomerAct.INFORMATION),
        ("嗯 好的", CustomerAct.CONFIRMATION),
        ("好吧", CustomerAct.CONFIRMATION),
        ("没有了", CustomerAct.CONFIRMATION),
        ("谢谢啦", CustomerAct.THANKS),
        ("拜拜", CustomerAct.GOODBYE),
        ("你好", CustomerAct.GREETING),
        ("转人工客服", CustomerAct.HANDOFF),
        ("[微笑]", CustomerAct.CONTENT_FREE),
    ],
)
def test_a_message_does_what_needs_an_answer_most(text: str, act: CustomerAct) -> None:
    assert customer_act(text) is act


def test_thanks_behind_a_question_do_not_hide_it() -> None:
    assert customer_act("什么时候退款 谢谢") is CustomerAct.QUESTION


def test_an_order_card_beside_a_question_leaves_the_question() -> None:
    assert customer_act("咨询订单号:20261102334455 这个能改地址吗") is CustomerAct.QUESTION


def test_i_do_not_know_how_is_told_not_asked() -> None:
    assert customer_act("我也不知道怎么选的") is not CustomerAct.QUESTION


def test_a_question_mark_stays_with_its_piece() -> None:
    assert pieces("有货吗？什么时候发，谢谢") == ("有货吗?", "什么时候发", "谢谢")


@pytest.mark.parametrize("text", ["[订单号]", "手机号码:13800000000", "https://example.com/a", "3-5"])
def test_numbers_links_and_labels_are_data(text: str) -> None:
    assert without_data(text) == ""


@given(st.text(max_size=200))
def test_any_text_has_an_act(text: str) -> None:
    assert customer_act(text) in CustomerAct


@pytest.mark.parametrize("text", ["整套 2 年", "约 3 个月", "每天 1 小时", "大约 40 天"])
def test_a_blank_between_number_and_unit_is_no_pause(text: str) -> None:
    assert any(text.split()[-2][-1] + text.split()[-1] in piece for piece in pieces(text))


def test_other_blanks_are_pauses() -> None:
    assert pieces("拍了 3 好评") == ("拍了", "3", "好评")
