"""A rule is tried on its examples and on past conversations."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session

from coaching.inspection.custom.trying import Tried, try_definition
from coaching.inspection.inspector import Inspector
from coaching.inspection.ports import NoKnowledge
from coaching.inspection.vector_memory import VectorMemory
from tests.coaching.inspection.custom.rules_written import written
from tests.coaching.inspection.fakes import FakeEncoder
from tests.coaching.inspection.stored import keep
from tests.conftest import NOW

WAIT = ("C 怎么还没到", "A 您等着就行")
FINE = ("C 怎么还没到", "A 帮您查下")


@pytest.fixture
def encoder_asked() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def attempt(session: Session, encoder_asked: FakeEncoder) -> Callable[..., Tried]:
    def _attempt(
        where: dict[str, Any] | None = None, shops: frozenset[str] | None = None, most: int = 200, **fields: Any
    ) -> Tried:
        memory = VectorMemory(encoder_asked)
        inspector = Inspector(memory, NoKnowledge(), NOW)
        return try_definition(session, written(where, **fields), inspector, memory, NoKnowledge(), shops, most)

    return _attempt


def test_hits_come_with_their_quotes_and_share(session: Session, attempt) -> None:
    for number in range(3):
        keep(session, f"w{number}", *WAIT)
    keep(session, "f", *FINE)
    tried = attempt()
    assert (tried.conversations, tried.applicable, tried.conversations_hit, tried.hits_total) == (4, 4, 3, 3)
    assert tried.share_hit_01 == 0.75
    assert {(one.external_id, one.quote, one.message_index) for one in tried.hits} == {
        (f"w{number}", "您等着就行", (1,)) for number in range(3)
    }
    assert (tried.refusals, tried.warnings, tried.is_partial) == ((), (), False)


def test_a_rule_that_hits_nearly_everything_is_told(session: Session, attempt) -> None:
    for number in range(12):
        keep(session, f"c{number}", *FINE)
    tried = attempt({"operator": "regex", "pattern": "."}, examples_miss=["顾客：在吗"])
    assert tried.refusals == ()
    [warning] = tried.warnings
    assert "12 段命中（100%）" in warning


def test_examples_that_fail_are_told_one_by_one(attempt) -> None:
    tried = attempt(
        examples_hit=["客服：您等着就行", "客服：好的", "客服：行"], examples_miss=["客服：您等着就行哈", "客服：嗯"]
    )
    assert [one.is_right for one in tried.examples] == [True, False, False, False, True]
    assert tried.refusals == ("应命中的第 2、3 个例子没有命中", "不应命中的第 1 个例子命中了")


def test_a_rule_that_runs_too_long_is_stopped_and_told(session: Session, attempt) -> None:
    keep(session, "c", "C 在吗", f"A {'哈' * 80}")
    tried = attempt({"operator": "regex", "pattern": "(?:哈|哈哈)+。"}, examples_hit=["客服：哈哈。"])
    assert "运行太久" in (tried.stopped or "")
    assert tried.refusals[0] == tried.stopped


def test_only_ones_own_shops_and_those_of_the_rule_are_read(session: Session, attempt) -> None:
    keep(session, "m", *WAIT)
    keep(session, "z", *WAIT, shop="zao", platform="jd")
    assert attempt(shops=frozenset({"zao"})).conversations == 1
    assert attempt(platforms=["jd"]).conversations == 1
    assert attempt(shops=frozenset({"bei"})).share_hit_01 is None
    assert attempt(most=1).conversations == 1
    assert attempt(most=0).conversations == 0


def test_nothing_is_encoded_for_rules_that_compare_no_meanings(
    session: Session, attempt, encoder_asked: FakeEncoder
) -> None:
    keep(session, "m", *WAIT)
    attempt()
    assert encoder_asked.calls == []
    attempt({"operator": "similar", "examples": ["您等着就行"]})
    assert encoder_asked.calls


def test_time_is_looked_at_before_each_conversation(session: Session, encoder_asked: FakeEncoder) -> None:
    for number in range(5):
        keep(session, f"c{number}", *WAIT)
    memory = VectorMemory(encoder_asked)
    inspector = Inspector(memory, NoKnowledge(), NOW)
    ticks = itertools.count(step=7.0)
    tried = try_definition(
        session, written(), inspector, memory, NoKnowledge(), None, seconds=lambda: float(next(ticks))
    )
    assert (tried.conversations, tried.is_partial) == (2, True)


def test_long_conversations_are_all_read_although_few_are_held_at_once(session: Session, attempt) -> None:
    for number in range(2):
        keep(session, f"c{number}", *[f"{'CA'[at % 2]} 第{at}句" for at in range(2_100)], *WAIT, after_s=1)
    assert attempt().conversations == 2
