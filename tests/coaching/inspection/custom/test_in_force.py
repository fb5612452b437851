"""Custom rules find beside the bundled ones, and a finding names the version that made it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from coaching.actor import Actor
from coaching.conversations.transcript import chat
from coaching.inspection.custom.definition import Definition
from coaching.inspection.custom.in_force import inspector_in_force, rules_in_force, switch_off_overrunning
from coaching.inspection.custom.keeping import change_rule, create_rule, get_rule, switch_off, switch_on
from coaching.inspection.custom.rule_memory import OVERRUNS
from coaching.inspection.custom.rule_set_content import RuleSetContent
from coaching.inspection.custom.rule_set_keeping import add_rule_set
from coaching.inspection.custom.tables import CustomRuleVersion
from coaching.inspection.custom.trying import Tried
from coaching.inspection.inspector import InspectionMemory
from coaching.inspection.known_cards import LookupMemory
from coaching.inspection.pending import Wanted, inspect_stored, next_pending
from coaching.inspection.ports import NoKnowledge
from coaching.inspection.rules import RULES
from coaching.inspection.storing import Inspected
from coaching.inspection.vector_memory import VectorMemory
from kb.vocabulary import Platform
from tests.coaching.inspection.custom.rules_written import written
from tests.coaching.inspection.fakes import FakeEncoder
from tests.coaching.inspection.stored import findings, inspect, keep
from tests.conftest import NOW

WAIT = ("C 怎么还没到", "A 您等着就行")
ENDLESS = {"operator": "regex", "pattern": "(?:哈|哈哈)+。"}


@pytest.fixture
def memory() -> InspectionMemory:
    return InspectionMemory(VectorMemory(FakeEncoder()), LookupMemory())


@pytest.fixture
def on(session: Session, lead: Actor) -> Callable[..., str]:
    def _on(**fields: Any) -> str:
        made = create_rule(session, written(**fields), lead)
        _switch(session, made.rule_id, made.definition, lead)
        return made.rule_id

    return _on


def _switch(session: Session, rule_id: str, definition: Definition, lead: Actor) -> None:
    switch_on(session, rule_id, Tried(definition, (), 0, 0, 0, 0, (), False, None), lead)
    session.commit()


def test_a_rule_finds_once_it_is_on_and_no_more_when_off(session: Session, memory, on, lead: Actor) -> None:
    rule_id = on()
    inspector = inspector_in_force(session, memory, NoKnowledge(), NOW)
    [found] = [one for one in inspector.inspect(chat(*WAIT)).findings if one.rule == rule_id]
    assert (found.rule_version, found.hit.message_index, found.counts) == (1, (1,), True)
    digest = inspector.rules_digest
    switch_off(session, rule_id, "", lead)
    after = inspector_in_force(session, memory, NoKnowledge(), NOW)
    assert rule_id not in {one.rule for one in after.inspect(chat(*WAIT)).findings}
    assert after.rules_digest != digest


def test_a_stored_finding_names_the_version_that_made_it(session: Session, memory, on, lead: Actor) -> None:
    rule_id = on()
    keep(session, "c", *WAIT)
    inspect(session, rules=rules_in_force(session, memory))
    [first] = findings(session, rule_id)
    changed = written(deduction=9, advice="说清在等什么")
    change_rule(session, rule_id, changed, 1, lead)
    assert rules_in_force(session, memory)[-1].version == 1, "the version that is on goes on"
    _switch(session, rule_id, changed, lead)
    inspect(session, rules=rules_in_force(session, memory), again=True)
    first, second = findings(session, rule_id)
    assert [(one.rule_version, one.gone_at is None) for one in (first, second)] == [(1, False), (2, True)]
    assert (second.previous_id, second.points, second.reason) == (first.id, 9, "说清在等什么")


def _inspect_stored(session: Session, memory: InspectionMemory) -> list[Inspected]:
    inspector = inspector_in_force(session, memory, NoKnowledge(), NOW)
    return list(inspect_stored(session, next_pending(session, Wanted()), inspector))


def test_a_rule_that_overran_several_stored_conversations_is_switched_off_for_all_and_the_others_go_on(
    session: Session, memory, on, lead: Actor
) -> None:
    endless, other = on(where=ENDLESS), on()
    for number in range(OVERRUNS):
        keep(session, f"c{number}", "C 在吗", f"A {'哈' * 90}", "A 您等着就行")
    *few, last = _inspect_stored(session, memory)
    assert all(other in {found.rule for found in one.inspection.findings} for one in (*few, last))
    assert switch_off_overrunning(session, memory, few, NOW) == []
    assert switch_off_overrunning(session, memory, few, NOW) == [], "the same conversations again say nothing new"
    assert get_rule(session, endless, lead).version_on == 1
    [told] = switch_off_overrunning(session, memory, [last], NOW)
    assert endless in told
    assert "运行太久" in told
    kept = get_rule(session, endless, lead)
    assert (kept.version_on, kept.switch and kept.switch.by) == (None, "system")
    assert switch_off_overrunning(session, memory, [last], NOW) == []
    assert [rule.id for rule in rules_in_force(session, memory)] == [*(rule.id for rule in RULES), other]


def test_overruns_are_noted_though_more_rules_are_remembered_than_fit(session: Session, memory, on) -> None:
    endless = on(where=ENDLESS)
    for number in range(OVERRUNS):
        keep(session, f"c{number}", "C 在吗", f"A {'哈' * 90}")
    *few, last = _inspect_stored(session, memory)
    switch_off_overrunning(session, memory, few, NOW)
    for number in range(600):
        memory.rules.get(f"custom-{number + 100}", 1, lambda: RULES[0])
    [told] = switch_off_overrunning(session, memory, [last], NOW)
    assert endless in told
    assert not memory.rules.overran(last.inspection.overruns[0].rule, last.conversation_id), "forgotten once off"


def test_a_version_is_compiled_once(session: Session, memory, on) -> None:
    on()
    assert rules_in_force(session, memory)[-1] is rules_in_force(session, memory)[-1]


def test_a_rule_of_another_program_is_left_out_and_the_others_go_on(session: Session, memory, on) -> None:
    odd, other = on(), on()
    row = session.exec(select(CustomRuleVersion)).first()
    assert row is not None
    row.definition = {"operator": "of another time"}
    session.add(row)
    session.commit()
    ids = {rule.id for rule in rules_in_force(session, memory)}
    assert other in ids
    assert odd not in ids


def test_a_rule_set_of_the_database_turns_rules_off_and_changes_points(
    session: Session, memory, on, lead: Actor
) -> None:
    rule_id = on()
    content = RuleSetContent(
        name="棉语",
        in_force_from=date(2026, 1, 2),
        shops=("mian",),
        source="店铺约定",
        deductions={rule_id: 33},
        off=frozenset({"stalling"}),
    )
    add_rule_set(session, "mian-1", content, lead)
    inspector = inspector_in_force(session, memory, NoKnowledge(), NOW)
    transcript = chat(*WAIT, platform=Platform.TMALL, shop="mian")
    [found] = [one for one in inspector.inspect(transcript).findings if one.rule == rule_id]
    assert (found.points, found.rule_set, found.rule_set_version) == (33, "mian-1", 1)
