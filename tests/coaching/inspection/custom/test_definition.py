"""What a definition takes, and what it refuses saying why."""

from typing import Any

import pytest
from pydantic import ValidationError

from api.validation import problems
from coaching.inspection.custom.compiling import compile_rule
from coaching.inspection.custom.definition import MAX_DEPTH, Definition
from coaching.inspection.ports import NoKnowledge
from coaching.inspection.reading import Reader
from coaching.inspection.rule_sets import Limits
from coaching.inspection.vector_memory import VectorMemory
from tests.coaching.inspection.custom.rules_written import KEYWORDS, written
from tests.coaching.inspection.fakes import FakeEncoder


def _refused(where: Any = KEYWORDS, **fields: Any) -> str:
    with pytest.raises(ValidationError) as told:
        Definition.model_validate({**written().model_dump(mode="json"), "where": where, **fields})
    return " / ".join(f"{one['field']}：{one['reason']}" for one in problems(told.value.errors()))


def _nested(depth: int) -> dict[str, Any]:
    return KEYWORDS if depth == 1 else {"operator": "not", "of": _nested(depth - 1)}


def test_what_was_written_is_read_again_the_same() -> None:
    one = written(
        {"operator": "all", "of": [KEYWORDS, {"operator": "not", "of": {"operator": "regex", "pattern": "马上"}}]},
        range="first",
        anchor={"place": "after", "role": "customer", "where": {"operator": "emotion", "emotions": ["angry"]}},
    )
    assert Definition.model_validate(one.model_dump(mode="json")) == one
    assert (one.range.which, one.range.count) == ("first", 1)


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ({"operator": "guess", "any": ["好"]}, "没有“guess”，可用的有：keywords"),
        ({"any": ["好"]}, "写明 operator"),
        ({"operator": "keywords"}, "至少写一个关键词"),
        ({"operator": "keywords", "any": [" "]}, "不能为空"),
        ({"operator": "keywords", "any": ["\u200b"]}, "没有可以比较的文字"),
        ({"operator": "keywords", "any": ["好"], "none": ["坏"]}, "没有这个字段"),
        ({"operator": "regex", "pattern": "(好"}, "右括号"),
        ({"operator": "regex", "pattern": ""}, "不能为空"),
        ({"operator": "similar", "examples": []}, "至少要有 1 项"),
        ({"operator": "similar", "examples": ["好的"], "at_least_01": 1.2}, "不能大于 1"),
        ({"operator": "repeat", "times": 1}, "不能小于 2"),
        ({"operator": "interval"}, "longer_than_s"),
        ({"operator": "interval", "longer_than_s": 60, "shorter_than_s": 30}, "小于 shorter_than_s"),
        ({"operator": "interval", "longer_than_s": 0}, "要大于 0"),
        ({"operator": "entity", "entities": ["passport"]}, "只能是"),
        ({"operator": "all", "of": []}, "至少要有 1 项"),
        ({"operator": "emotion", "emotions": ["angry"]}, "情绪只看顾客"),
    ],
)
def test_a_condition_that_means_nothing_is_refused_saying_why(where: dict[str, Any], reason: str) -> None:
    assert reason in _refused(where)


def test_a_rule_without_examples_of_both_kinds_is_refused() -> None:
    assert "examples_hit：至少要有 1 项" in _refused(examples_hit=[])
    assert "examples_miss：至少要有 1 项" in _refused(examples_miss=[])


def test_an_example_must_say_who_speaks() -> None:
    assert "以“顾客：”或“客服：”开头" in _refused(examples_hit=["您等着就行"])


def test_an_example_cannot_be_both() -> None:
    assert "既写成应命中又写成不应命中" in _refused(examples_hit=["客服：好"], examples_miss=[["客服: 好"]])


def test_cards_are_held_against_agents_only() -> None:
    assert "只看客服" in _refused({"operator": "card_fact", "relation": "vague"}, role="customer")


def test_conditions_stand_in_each_other_only_so_deep() -> None:
    assert written(_nested(MAX_DEPTH)).where
    assert "最多套" in _refused(_nested(MAX_DEPTH + 1))


def test_a_rule_of_too_many_conditions_is_refused() -> None:
    twenty = {"operator": "any", "of": [KEYWORDS] * 20}
    assert "最多 40 个条件" in _refused({"operator": "any", "of": [twenty, twenty, KEYWORDS]})


def test_examples_may_hold_times_and_a_card() -> None:
    card = {"standard_question": "多久发货", "replies": ["48 小时内发"]}
    one = written(examples_hit=[{"messages": "10:00 顾客：多久发货\n10:00:05 客服：三天", "card": card}])
    example = one.examples_hit[0].example("mian", None)
    assert [line.sent_at is not None for line in example.transcript.lines] == [True, True]
    assert example.cards[0].replies == ("48 小时内发",)
    assert one.examples_hit[0].written() == "10:00 顾客：多久发货\n10:00:05 客服：三天"


def test_personal_data_in_what_is_written_about_a_rule_is_masked_once_for_all() -> None:
    told = "顾客王女士 13800138000 投诉过"
    given = written(
        {"operator": "similar", "examples": ["打 13800138000 找我"]},
        description=told,
        advice=told,
        examples_hit=["顾客：在吗\n客服：打 13800138000 找我"],
        examples_miss=[{"messages": [{"role": "agent", "text": "我的手机 13800138000 不用打"}]}],
    )
    kept = given.model_dump_json()
    assert "13800138000" not in kept
    assert kept.count("[手机号]") == 5
    assert type(given).model_validate_json(kept) == given, "what is read back is the same"


def test_an_example_with_a_number_is_still_an_example_of_one() -> None:
    where = {"operator": "entity", "entities": ["phone", "wechat"]}
    given = written(
        where, examples_hit=["客服：打 13800138000 找我", "客服：加我微信 wx_abc123"], examples_miss=["客服：在"]
    )
    memory = VectorMemory(FakeEncoder())
    rule = compile_rule(given, "custom-1", 1, memory.vectors_of)
    reader = Reader(memory, NoKnowledge())
    assert all(list(rule.find(reader.read(one.transcript), Limits())) for one in rule.examples_hit)


def test_a_text_that_is_too_long_is_refused_in_its_place() -> None:
    with pytest.raises(ValidationError) as told:
        written(advice="长" * 2_001)
    assert told.value.errors()[0]["loc"] == ("advice",)
