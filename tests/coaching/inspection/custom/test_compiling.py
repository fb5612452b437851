"""What each operator finds in a conversation, and what it leaves alone."""

from collections.abc import Callable
from typing import Any

import pytest

from coaching.conversations.transcript import Transcript, chat
from coaching.inspection.custom.compiling import compile_rule
from coaching.inspection.inspecting import inspect
from coaching.inspection.ports import KnownCard
from coaching.inspection.reading import Reader, Reading
from coaching.inspection.rule import Hit, Rule
from coaching.inspection.rule_sets import BUNDLED, Limits
from coaching.inspection.rules import RULES
from coaching.inspection.vector_memory import VectorMemory
from embeddings import Encoder
from kb.content import Fact
from tests.coaching.inspection.custom.rules_written import KEYWORDS, written
from tests.coaching.inspection.fakes import FakeEncoder, FakeKnowledge

SHIPPING = KnownCard(
    7, 3, "下单后多久能发货？", ("现货 48 小时内发出。",),
    (Fact(subject="现货", predicate="发货时限", value="48", unit="小时"),),
)  # fmt: skip
COMPLAINS = {"role": "customer", "where": {"operator": "keywords", "any": ["没到"]}}


@pytest.fixture
def memory() -> VectorMemory:
    return VectorMemory(FakeEncoder())


@pytest.fixture
def rule(memory: VectorMemory) -> Callable[..., Rule]:
    def _rule(where: dict[str, Any] | None = None, **fields: Any) -> Rule:
        return compile_rule(written(where, **fields), "custom-1", 4, memory.vectors_of)

    return _rule


@pytest.fixture
def read(memory: VectorMemory) -> Callable[..., Reading]:
    def _read(*lines: str, cards: tuple[KnownCard, ...] = (), **fields: Any) -> Reading:
        return Reader(memory, FakeKnowledge(*cards)).read(chat(*lines, **fields))

    return _read


def _hits(rule: Rule, reading: Reading) -> list[Hit]:
    limits = Limits()
    return list(rule.find(reading, limits)) if rule.applies(reading, limits) else []


def _at(rule: Rule, reading: Reading) -> list[int]:
    return [index for hit in _hits(rule, reading) for index in hit.message_index]


def test_a_hit_names_message_quote_reason_and_question(rule, read) -> None:
    made = rule(advice="先说明在等什么", better_reply="我查一下，五分钟内回您")
    [hit] = _hits(made, read("C 怎么还没到", "A 亲，您等着就行哈"))
    assert (hit.message_index, hit.context_index, hit.quote) == ((1,), (0,), "您等着就行")
    assert (hit.reason, hit.better_reply, hit.confidence_01) == ("先说明在等什么", "我查一下，五分钟内回您", 0.8)
    assert (made.id, made.version, made.term) == ("custom-1", 4, "让顾客等着")


def test_keywords_are_compared_folded(rule, read) -> None:
    made = rule({"operator": "keywords", "any": ["VIP 价"], "all": ["没有"]})
    assert _at(made, read("A 沒有ｖｉｐ价的", "A vip价", "A 没有")) == [0]


def test_a_regex_quotes_what_it_matched(rule, read) -> None:
    [hit] = _hits(rule({"operator": "regex", "pattern": "等.{1,4}天"}), read("C 多久", "A 大概等三五天吧"))
    assert hit.quote == "等三五天"


def test_all_any_and_not_combine(rule, read) -> None:
    made = rule(
        {
            "operator": "all",
            "of": [
                {
                    "operator": "any",
                    "of": [{"operator": "keywords", "any": ["加我"]}, {"operator": "keywords", "any": ["私聊"]}],
                },
                {"operator": "not", "of": {"operator": "keywords", "any": ["不能"]}},
            ],
        }
    )
    assert _at(made, read("A 加我吧", "A 可以私聊", "A 平台规定不能私聊", "A 好的")) == [0, 1]


def test_only_messages_of_the_role_in_the_range_are_looked_at(rule, read) -> None:
    reading = read("A 您等着就行", "C 您等着就行", "A 您等着就行", "A 您等着就行")
    assert _at(rule(), reading) == [0, 2, 3]
    assert _at(rule(role="customer"), reading) == [1]
    assert _at(rule(range={"which": "first", "count": 2}), reading) == [0, 2]
    assert _at(rule(range="last"), reading) == [3]


def test_an_anchor_ties_a_message_to_one_before_it(rule, read) -> None:
    made = rule(anchor={"place": "after", "within": 2, **COMPLAINS})
    reading = read("A 您等着就行", "C 还没到", "A 您等着就行", "A 好的", "A 您等着就行")
    [hit] = _hits(made, reading)
    assert (hit.message_index, hit.context_index) == ((2,), (1,))


def test_an_anchor_ties_a_message_to_one_after_it_once_that_is_there(rule, read) -> None:
    made = rule(anchor={"place": "before", **COMPLAINS})
    lines = ("A 您等着就行", "C 还没到", "A 您等着就行")
    assert _at(made, read(*lines)) == [0]
    assert _at(made, read(*lines, finished=False)) == []


def test_a_missing_anchor_is_what_counts(rule, read) -> None:
    made = rule(anchor={"place": "after", "is_missing": True, **COMPLAINS})
    assert _at(made, read("A 您等着就行", "C 还没到", "A 您等着就行")) == [0]


def test_what_must_be_said_and_was_not_is_about_the_whole_conversation(rule, read) -> None:
    made = rule({"operator": "keywords", "any": ["保修一年"]}, is_missing=True)
    [hit] = _hits(made, read("C 保修吗", "A 保的"))
    assert hit.message_index == ()
    assert _hits(made, read("C 保修吗", "A 这款保修一年")) == []
    assert _hits(made, read("C 保修吗", "A 保的", finished=False)) == []


def test_what_must_be_said_after_an_anchor(rule, read) -> None:
    made = rule({"operator": "keywords", "any": ["抱歉"]}, is_missing=True, anchor={"place": "after", **COMPLAINS})
    [hit] = _hits(made, read("A 抱歉", "C 还没到", "A 好的"))
    assert (hit.message_index, hit.context_index, hit.quote) == ((), (1,), "还没到")
    assert _hits(made, read("C 还没到", "A 抱歉")) == []
    assert not made.applies(read("C 在吗", "A 在"), Limits()), "N/A where nobody complains"


def test_a_repeat_names_where_it_was_said_first(rule, read) -> None:
    made = rule({"operator": "repeat", "times": 2, "min_chars": 5})
    [hit] = _hits(made, read("A 请您耐心等待", "C 请您耐心等待", "A 在的", "A 在的", "A 请您耐心等待！"))
    assert (hit.message_index, hit.context_index[:1]) == ((4,), (0,))


def test_an_interval_is_measured_from_the_nearest_message_before(rule, read) -> None:
    made = rule({"operator": "interval", "longer_than_s": 120})
    assert _at(made, read("10:00:00 C 在吗", "10:01:00 C 人呢", "10:03:30 A 在", "10:09:00 A 您说")) == [2, 3]
    assert _at(made, read("10:05:00 C 在吗", "10:00:00 A 在")) == [], "the clock went backwards"
    assert _at(made, read("03:00:00 C 在吗", "09:00:00 A 在")) == [], "outside service hours"
    assert not made.applies(read("C 在吗", "A 在"), Limits()), "N/A without times"
    soon = rule({"operator": "interval", "since": "agent", "shorter_than_s": 3})
    assert _at(soon, read("10:00:00 A 一", "10:00:01 A 二", "10:00:09 A 三")) == [1]


def test_emotions_and_entities_of_the_customer(rule, read) -> None:
    upset = {"place": "after", "within": 1, "role": "customer", "where": {"operator": "emotion", "emotions": ["angry"]}}
    assert _at(rule(anchor=upset), read("C 你们是骗子吗", "A 您等着就行", "C 好", "A 您等着就行")) == [1]
    made = rule({"operator": "entity", "entities": ["phone"]})
    [hit] = _hits(made, read("C 怎么找你", "A 打[手机号]"))
    assert hit.quote == "[手机号]"


def test_a_fact_of_a_card_is_held_against_the_reply(rule, read) -> None:
    made = rule({"operator": "card_fact", "relation": "contradicts", "about": ["发货"]}, confidence_01=1)
    [hit] = _hits(made, read("C 拍下多久发货", "A 72小时内发货哦", cards=(SHIPPING,)))
    assert (hit.card_id, hit.card_version, hit.better_reply) == (7, 3, "现货 48 小时内发出。")
    assert hit.confidence_01 < 1
    assert "48" in (hit.card_quote or "")
    other = rule({"operator": "card_fact", "relation": "contradicts", "about": ["退款"]})
    assert _hits(other, read("C 拍下多久发货", "A 72小时内发货哦", cards=(SHIPPING,))) == []


def test_likeness_is_of_meaning(encoder: Encoder) -> None:
    memory = VectorMemory(encoder)
    where = {"operator": "similar", "examples": ["这个不归我们管，您去找快递"]}
    made = compile_rule(written(where), "custom-1", 1, memory.vectors_of)
    lines = ("C 包裹破了", "A 这事我们管不了，您自己联系快递公司", "A 这款是纯棉的", "A 您好，请问有什么可以帮您")
    reading = Reader(memory, FakeKnowledge()).read(chat(*lines))
    assert _at(made, reading) == [1]


def test_shop_and_platform_limit_a_rule(rule, read) -> None:
    made = rule(shops=["mian"], platforms=["tmall"])
    assert _hits(made, read("A 您等着就行")) == []
    assert _hits(made, read("A 您等着就行", shop="mian")) == []
    assert _hits(made, read("A 您等着就行", shop="mian", platform=made.examples_hit[0].transcript.platform))


def test_nothing_applies_to_an_empty_conversation_or_bots(rule, memory: VectorMemory, read) -> None:
    missing = rule(is_missing=True)
    empty = Reader(memory, FakeKnowledge()).read(Transcript(()))
    assert not missing.applies(empty, Limits())
    assert not missing.applies(read("B 您等着就行"), Limits())


def test_a_regex_that_would_run_for_ever_gives_up_that_conversation_alone(rule, read) -> None:
    made = rule({"operator": "regex", "pattern": "(?:哈|哈哈)+。"})
    found = inspect(read("C 在吗", "A 哈哈。", "A 加我微信说", f"A {'哈哈' * 100}"), BUNDLED[0], [made, *RULES])
    [overrun] = found.overruns
    assert overrun.rule is made
    assert "运行太久" in overrun.reason
    assert {one.rule for one in found.findings} >= {"off_platform"}
    assert "custom-1" not in {one.rule for one in found.findings}, "half of what it found would mislead"
    after = inspect(read("C 在吗", "A 哈哈。"), BUNDLED[0], [made])
    assert ([one.rule for one in after.findings], after.overruns) == (["custom-1"], ())


def test_five_thousand_messages_are_read(rule, read) -> None:
    where = {"operator": "any", "of": [KEYWORDS, {"operator": "repeat"}, {"operator": "interval", "longer_than_s": 1}]}
    reading = read(*(line for _ in range(2_500) for line in ("C 在吗", "A 在的")), "A 您等着就行")
    assert _at(rule(where, anchor={"place": "after", **COMPLAINS, "is_missing": True}), reading) == [5_000]
