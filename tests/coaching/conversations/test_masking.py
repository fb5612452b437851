"""Personal data of whole conversations."""

from hypothesis import given
from hypothesis import strategies as st

from coaching.conversations.masking import mask_customer, mask_messages, same_text


def _customer(*texts: str) -> list[str]:
    return mask_messages([("customer", text) for text in texts])


def test_name_phone_and_address_sent_one_by_one_are_masked_together() -> None:
    sent = _customer("收件信息改一下", "唐晓雯", "13955556666", "江苏省苏州市姑苏区平江路88号2幢301室")
    assert sent == ["收件信息改一下", "[姓名]", "[手机号]", "[地址]"]


def test_every_sort_of_personal_data_goes_and_order_numbers_stay() -> None:
    [text] = _customer(
        "订单 202611010012345678 电话13955556666 身份证11010519491231002X 卡号6222020000000000000 "
        "邮箱 someone@example.com 加我微信 abc_12345"
    )
    for hidden in ("13955556666", "11010519491231002X", "6222020000000000000", "someone@example.com", "abc_12345"):
        assert hidden not in text
    assert "202611010012345678" in text


def test_a_name_the_agent_repeats_is_masked_too() -> None:
    texts = mask_messages(
        [("customer", "收件人：唐晓雯，电话13955556666"), ("agent", "唐晓雯您好，已经改好了"), ("agent", "订单 12 件")]
    )
    assert texts[1:] == ["[姓名]您好，已经改好了", "订单 12 件"]


def test_what_two_people_say_is_never_read_as_one() -> None:
    assert mask_messages([("customer", "收件人"), ("agent", "白小姐请稍等")]) == ["收件人", "白小姐请稍等"]


def test_a_line_break_and_an_empty_message_keep_their_place() -> None:
    assert _customer("第一行\n第二行", "", "电话\n13955556666") == ["第一行\n第二行", "", "电话\n[手机号]"]


def test_5000_messages_are_masked_each_in_its_place() -> None:
    texts = _customer(*(f"第{number}条" if number % 2 else "电话13955556666" for number in range(5_000)))
    assert len(texts) == 5_000
    assert texts[4_998:] == ["电话[手机号]", "第4999条"]


@given(st.lists(st.tuples(st.sampled_from(["customer", "agent"]), st.text(max_size=40)), max_size=8))
def test_masking_keeps_the_number_of_messages_and_changes_nothing_the_second_time(
    messages: list[tuple[str, str]],
) -> None:
    once = mask_messages(messages)
    assert len(once) == len(messages)
    assert mask_messages([(role, text) for (role, _), text in zip(messages, once, strict=True)]) == once


def test_a_nickname_stays_and_a_phone_or_real_name_becomes_a_pseudonym() -> None:
    assert mask_customer("tb_小鹿99") == "tb_小鹿99"
    phone, other = mask_customer("13955556666"), mask_customer("13955556667")
    assert phone.startswith("[手机号]#")
    assert phone == mask_customer("13955556666") != other
    assert "唐晓雯" not in mask_customer("唐晓雯")


def test_a_name_that_is_masked_in_one_version_is_the_same_message() -> None:
    assert same_text("唐晓雯", "[姓名]") == "[姓名]"
    assert same_text("收件人[姓名]，谢谢", "收件人唐晓雯，谢谢") == "收件人[姓名]，谢谢"
    assert same_text("好的", "好的") == "好的"
    assert same_text("好的", "[手机号]") is None
    assert same_text("[姓名]" * 9, "唐晓雯" * 9) is None
