"""The cell forms that docs/card-files.md promises, one by one."""

import pytest

from kb.card_files.cells import (
    read_facts,
    read_key_points,
    read_list,
    read_replies,
    write_facts,
    write_replies,
)
from kb.content import Fact, Reply
from kb.files.table import CellError


def test_list_items_stand_one_per_line_or_between_bars() -> None:
    assert read_list("啥时候发货|今天能发吗\n多久发\n\n|") == ["啥时候发货", "今天能发吗", "多久发"]


def test_an_escaped_bar_and_line_break_belong_to_the_item() -> None:
    assert read_list(r"S\|M 怎么选|第一行\n第二行") == ["S|M 怎么选", "第一行\n第二行"]


def test_a_backslash_before_an_ordinary_character_stays() -> None:
    assert read_list(r"¯\_(ツ)_/¯|C:\data") == [r"¯\_(ツ)_/¯", r"C:\data"]


def test_a_reply_may_carry_tone_scene_and_images() -> None:
    assert read_replies("[亲切·安抚]亲,马上查![](a.png)![](b.png)|[简洁]在查|[·催促]好的|不带标记") == [
        {"tone": "亲切", "scene": "安抚", "text": "亲,马上查", "images": ["a.png", "b.png"]},
        {"tone": "简洁", "scene": "", "text": "在查", "images": []},
        {"tone": "", "scene": "催促", "text": "好的", "images": []},
        {"text": "不带标记", "images": []},
    ]


def test_a_line_break_typed_into_a_reply_is_part_of_it() -> None:
    assert [reply["text"] for reply in read_replies("第一行\n第二行|另一条")] == ["第一行\n第二行", "另一条"]


def test_a_picture_in_the_middle_of_a_reply_stays_text() -> None:
    assert read_replies("看图![](a.png)再说") == [{"text": "看图![](a.png)再说", "images": []}]


def test_an_emoticon_at_the_start_of_a_reply_is_not_written_as_a_tone() -> None:
    cell = write_replies([Reply(text="[微笑]亲在的")])
    assert cell == r"\[微笑]亲在的"
    assert read_replies(cell) == [{"text": "[微笑]亲在的", "images": []}]


def test_key_points_list_their_wordings_after_slashes() -> None:
    assert read_key_points(r"48小时内发出/两天内/2天内|260 克\/平方米") == [
        {"text": "48小时内发出", "wordings": ["两天内", "2天内"]},
        {"text": "260 克/平方米", "wordings": []},
    ]


@pytest.mark.parametrize(
    ("cell", "subject", "predicate", "value", "unit"),
    [
        ("发货时限=48小时", "", "发货时限", "48", "小时"),
        ("现货·发货时限=48 小时", "现货", "发货时限", "48", "小时"),
        ("退货运费=买家承担", "", "退货运费", "买家承担", ""),
        ("克重=260克/平方米", "", "克重", "260", "克/平方米"),
        ("送达=2–4天", "", "送达", "2–4", "天"),
        ("成分=100% 棉", "", "成分", "100% 棉", ""),
        ("政策=7天无理由", "", "政策", "7天无理由", ""),
        ("截单=16:00", "", "截单", "16:00", ""),
        ("认证=3C", "", "认证", "3C", ""),
        ("型号=48小时[]", "", "型号", "48小时", ""),
        ("充满约=12[大杯]", "", "充满约", "12", "大杯"),
        (r"A\=B=C=D", "", "A=B", "C=D", ""),
    ],
)
def test_a_fact_is_read_from_its_cell(cell: str, subject: str, predicate: str, value: str, unit: str) -> None:
    assert read_facts(cell) == [{"subject": subject, "predicate": predicate, "value": value, "unit": unit}]


def test_a_fact_is_written_as_people_write_it() -> None:
    assert write_facts([Fact(subject="现货", predicate="发货时限", value="48", unit="小时")]) == "现货·发货时限=48小时"


def test_a_fact_without_an_equals_sign_is_refused_with_an_example() -> None:
    with pytest.raises(CellError, match="谓词=值"):
        read_facts("发货时限48小时")


def test_a_long_run_of_backslashes_is_read_in_no_time() -> None:
    assert read_facts("a=" + "\\" * 20_001)[0]["value"] == "\\" * 10_001
    assert len(read_replies("![](" * 5_000)) == 1
