"""Pieces of files, checked."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from coaching.conversations.checking import Checked, check_record, check_rows

ZONE = ZoneInfo("Asia/Shanghai")
_WHOLE = {"platform": "jd", "shop": "mian", "conversation_id": "c1"}
_ROW = {"platform": "京东", "shop": "mian", "conversation_id": "c1", "role": "顾客", "text": "在吗"}


def _record(content: Any, given: dict[str, str] | None = None) -> Checked:
    line = content if isinstance(content, str) else json.dumps(content)
    return check_record("x.jsonl", 7, json.dumps([given or {}, line]), ZONE)


def _rows(*rows: dict[str, str]) -> Checked:
    return check_rows("x.csv", [(place, json.dumps({**_ROW, **row})) for place, row in enumerate(rows, start=2)], ZONE)


def _why(checked: Checked) -> list[tuple[int, str]]:
    assert checked.head is None
    return [(one.row, one.column) for one in checked.refused]


def test_broken_empty_and_wrong_records_are_refused_with_their_line() -> None:
    assert _why(_record("{not json")) == [(7, "")]
    assert _why(_record("[1]")) == [(7, "")]
    assert _why(_record("[" * 100_000)) == [(7, "")]
    assert _why(_record('{"conversation_id": ' + "9" * 5_000 + "}")) == [(7, "")]
    assert _why(_record({**_WHOLE, "messages": []})) == [(7, "messages")]
    assert _why(_record({**_WHOLE})) == [(7, "messages")]
    assert _why(_record({**_WHOLE, "messages": "在吗"})) == [(7, "messages")]


def test_a_bad_message_refuses_its_whole_record_and_says_which() -> None:
    checked = _record({**_WHOLE, "messages": [{"role": "customer", "text": "在"}, {"role": "老板", "text": "在"}]})
    assert _why(checked) == [(7, "messages")]
    assert "第 2 条" in checked.refused[0].reason


def test_what_is_given_for_the_file_fills_in_and_does_not_overrule() -> None:
    messages = [{"role": "bot", "text": "您好"}]
    filled = _record({"conversation_id": "c1", "messages": messages}, {"platform": "jd", "shop": "mian"})
    assert filled.head is not None
    assert (filled.head.platform, filled.head.shop) == ("jd", "mian")
    own = _record({**_WHOLE, "messages": messages}, {"platform": "tmall", "shop": "bei"})
    assert own.head is not None
    assert (own.head.platform, own.head.shop) == ("jd", "mian")


def test_only_bot_messages_are_a_conversation_too() -> None:
    assert len(_record({**_WHOLE, "messages": [{"role": "bot", "text": "您好"}]}).messages) == 1


def test_unknown_fields_and_a_clock_going_backwards_are_noted_and_kept_in_order() -> None:
    messages = [
        {"role": "customer", "text": "一", "sent_at": "2026-11-01 10:00:00"},
        {"role": "agent", "text": "二", "sent_at": "2026-11-01 09:59:00", "mood": "好"},
    ]
    checked = _record({**_WHOLE, "messages": messages})
    assert [one.text for one in checked.messages] == ["一", "二"]
    assert "mood" in checked.notes[0]
    assert "第 2 条" in checked.notes[1]


def test_a_bad_row_is_refused_alone() -> None:
    checked = _rows({"text": "一"}, {"role": "老板"}, {"text": "二", "sent_at": "昨天"}, {"text": "三"})
    assert [(one.row, one.column) for one in checked.refused] == [(3, "角色"), (4, "时间")]
    assert [(row, one.text) for row, one in zip(checked.rows, checked.messages, strict=True)] == [(2, "一"), (5, "三")]


def test_rows_of_an_unknown_platform_are_no_conversation() -> None:
    assert _why(_rows({"platform": "亚马逊"}, {"platform": "亚马逊"})) == [(2, "平台")]


def test_what_rows_say_of_the_whole_is_taken_together() -> None:
    checked = _rows(
        {"customer": "小鹿"},
        {"role": "客服", "agent": "linlin", "rating": "2"},
        {"role": "客服", "agent": "dapeng", "rating": "5", "phase": "售后"},
    )
    assert checked.head is not None
    head = checked.head
    assert (head.customer, head.agent, head.rating, head.phase) == ("小鹿", "linlin", 5, "aftersale")
    assert [one.agent for one in checked.messages] == [None, "linlin", "dapeng"]


def test_rows_with_times_stand_in_time_and_others_as_they_are() -> None:
    newest_first = _rows(
        {"text": "三", "sent_at": "2026-11-01 10:00:05"},
        {"text": "二", "sent_at": "2026-11-01 10:00:00"},
        {"text": "一", "sent_at": "2026-11-01 10:00:00"},
    )
    assert [one.text for one in newest_first.messages] == ["一", "二", "三"]
    half = _rows({"text": "二", "sent_at": "2026-11-01 10:00:05"}, {"text": "一"})
    assert [one.text for one in half.messages] == ["二", "一"]
