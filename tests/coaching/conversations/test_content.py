"""What a conversation may hold, and how people write it."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from coaching.conversations.content import (
    MAX_MESSAGES,
    MAX_TEXT_CHARS,
    ConversationIn,
    ConversationMessageIn,
    backward_times,
    unknown_fields,
)

_SHANGHAI = {"zone": ZoneInfo("Asia/Shanghai")}
_WHOLE = {"platform": "jd", "shop": "mian", "conversation_id": "c1", "messages": [{"role": "customer", "text": "在吗"}]}


def _message(**fields: Any) -> ConversationMessageIn:
    return ConversationMessageIn.model_validate({"role": "customer", "text": "在吗", **fields}, context=_SHANGHAI)


def _conversation(**fields: Any) -> ConversationIn:
    return ConversationIn.model_validate({**_WHOLE, **fields}, context=_SHANGHAI)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-01 10:15:10",
        "2026/11/1 10:15:10",
        "2026年11月1日 10:15:10",
        "2026-11-01T10:15:10+08:00",
        "2026-11-01T02:15:10Z",
        "20261101101510",
        "1793499310",
        1793499310,
        1793499310000,
        datetime(2026, 11, 1, 10, 15, 10),
    ],
)
def test_one_instant_may_be_written_in_many_ways(written: Any) -> None:
    assert _message(sent_at=written).sent_at == datetime(2026, 11, 1, 2, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize("written", ["", None, "2026-11-01", "2026/11/1"])
def test_a_day_without_a_time_of_day_is_no_time(written: Any) -> None:
    assert _message(sent_at=written).sent_at is None


@pytest.mark.parametrize("written", ["昨天", "2026-13-40 10:00:00", True, [1], "9999-12-31T23:59:59-12:00", 1e300])
def test_what_is_no_time_is_refused_in_chinese(written: Any) -> None:
    with pytest.raises(ValidationError, match="不是时间"):
        _message(sent_at=written)


@given(st.text(max_size=30) | st.integers() | st.floats() | st.booleans() | st.none())
def test_any_time_is_read_or_refused(written: Any) -> None:
    try:
        read = _message(sent_at=written).sent_at
    except ValidationError:
        return
    assert read is None or read.tzinfo is UTC


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("顾客", "customer"),
        ("买家", "customer"),
        ("客服", "agent"),
        ("机器人", "bot"),
        ("系统", "system"),
        ("BOT", "bot"),
    ],
)
def test_roles_are_chinese_words_or_codes(word: str, role: str) -> None:
    assert _message(role=word).role == role


@pytest.mark.parametrize("word", ["老板", "", None, 7])
def test_unknown_role_is_refused_and_the_known_ones_named(word: Any) -> None:
    with pytest.raises(ValidationError, match=r"顾客、客服、机器人、系统|角色不能为空"):
        _message(role=word)


def test_words_of_platform_phase_and_yes_become_codes() -> None:
    read = _conversation(platform="拼多多", phase="售后", paid="是", transferred="否", rating="4星")
    assert (read.platform, read.phase, read.paid, read.transferred, read.rating) == (
        "pinduoduo", "aftersale", True, False, 4,
    )  # fmt: skip
    blank = _conversation(phase="", paid="", rating="", agent=" ", customer="")
    assert (blank.phase, blank.paid, blank.rating, blank.agent, blank.customer) == (None,) * 5


@pytest.mark.parametrize(
    ("field", "value"),
    [("platform", "亚马逊"), ("phase", "半夜"), ("paid", "也许"), ("rating", "6"), ("rating", "0"), ("shop", "")],
)
def test_unknown_words_are_refused_by_field(field: str, value: str) -> None:
    with pytest.raises(ValidationError) as raised:
        _conversation(**{field: value})
    assert [error["loc"][0] for error in raised.value.errors()] == [field]


def test_numbers_as_codes_are_texts() -> None:
    read = _conversation(conversation_id=20261101, messages=[{"role": "customer", "text": "在", "message_id": 7}])
    assert (read.conversation_id, read.messages[0].message_id) == ("20261101", "7")


def test_a_message_holds_20000_characters_and_not_one_more() -> None:
    assert len(_message(text="长" * MAX_TEXT_CHARS).text) == MAX_TEXT_CHARS
    with pytest.raises(ValidationError):
        _message(text="长" * (MAX_TEXT_CHARS + 1))


def test_a_conversation_of_5000_messages_is_one_and_of_too_many_is_none() -> None:
    one = {"role": "customer", "text": "在吗"}
    assert len(_conversation(messages=[one] * 5_000).messages) == 5_000
    with pytest.raises(ValidationError):
        _conversation(messages=[one] * (MAX_MESSAGES + 1))


def test_clock_going_backwards_is_found_where_it_does() -> None:
    times = ["2026-11-01 10:00:00", "2026-11-01 09:59:00", None, "2026-11-01 09:59:00", "2026-11-01 09:58:59"]
    assert list(backward_times([_message(sent_at=time) for time in times])) == [1, 4]


def test_fields_nobody_reads_are_named() -> None:
    assert unknown_fields({**_WHOLE, "mood": 1, "messages": [{"role": "bot", "txt": 1}, 3]}) == {"mood", "txt"}
    assert unknown_fields({"messages": 7}) == set()
