"""The life of a custom rule: versions, and which of them finds."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import Session

from coaching.actor import Actor
from coaching.errors import RuleConflictError, RuleNotFoundError, RuleNotOwnError, RuleNotReadyError
from coaching.inspection.custom.definition import Definition
from coaching.inspection.custom.keeping import (
    change_rule,
    create_rule,
    get_rule,
    list_rules,
    stop_rule,
    switch_off,
    switch_on,
    versions_on,
)
from coaching.inspection.custom.trying import ExampleResult, Tried
from tests.coaching.inspection.custom.rules_written import written
from tests.conftest import NOW

OTHER = written(deduction=7)


def _tried(definition: Definition, **more: object) -> Tried:
    return replace(Tried(definition, (), 20, 20, 1, 1, (), False, None), **more)  # type: ignore[arg-type]


def test_a_new_rule_finds_nothing_before_it_is_switched_on(session: Session, lead: Actor) -> None:
    made = create_rule(session, written(), lead, "先试试")
    assert (made.version.version, made.version_on, made.version.by_name) == (1, None, "梁主管")
    assert versions_on(session) == []
    assert switch_on(session, made.rule_id, _tried(written()), lead).version_on == 1
    assert versions_on(session) == [(made.rule_id, 1)]


def test_a_changed_rule_finds_as_before_until_the_new_version_is_switched_on(session: Session, lead: Actor) -> None:
    made = create_rule(session, written(), lead)
    switch_on(session, made.rule_id, _tried(written()), lead)
    changed = change_rule(session, made.rule_id, OTHER, 1, lead)
    assert (changed.version.version, changed.version_on) == (2, 1)
    assert switch_on(session, made.rule_id, _tried(OTHER), lead).version_on == 2
    off = switch_off(session, made.rule_id, "误报太多", lead)
    assert (off.version_on, off.switch and off.switch.reason) == (None, "误报太多")
    assert versions_on(session) == []


def test_saving_the_same_again_makes_no_version(session: Session, lead: Actor) -> None:
    made = create_rule(session, written(), lead)
    assert change_rule(session, made.rule_id, written(), 1, lead).version.version == 1


def test_somebody_elses_change_is_not_overwritten(session: Session, lead: Actor) -> None:
    made = create_rule(session, written(), lead)
    change_rule(session, made.rule_id, OTHER, 1, lead)
    with pytest.raises(RuleConflictError, match="第 2 版") as told:
        change_rule(session, made.rule_id, written(deduction=9), 1, lead)
    assert told.value.version == 2
    with pytest.raises(RuleConflictError, match="重新试跑"):
        switch_on(session, made.rule_id, _tried(written()), lead)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"examples": (ExampleResult("hit", 0, False, ()),)}, "第 1 个例子没有命中"),
        ({"stopped": "正则运行太久"}, "运行太久"),
        ({"conversations_hit": 20}, "despite_warnings"),
    ],
)
def test_a_rule_that_is_not_ready_is_not_switched_on(
    session: Session, lead: Actor, more: dict[str, object], reason: str
) -> None:
    made = create_rule(session, written(), lead)
    with pytest.raises(RuleNotReadyError, match=reason):
        switch_on(session, made.rule_id, _tried(written(), **more), lead)
    assert versions_on(session) == []


def test_warnings_that_were_read_do_not_keep_a_rule_off_but_failing_examples_do(session: Session, lead: Actor) -> None:
    made = create_rule(session, written(), lead)
    warned = _tried(written(), conversations_hit=20)
    failing = replace(warned, examples=(ExampleResult("miss", 0, False, ()),))
    with pytest.raises(RuleNotReadyError):
        switch_on(session, made.rule_id, failing, lead, despite_warnings=True)
    assert switch_on(session, made.rule_id, warned, lead, despite_warnings=True).version_on == 1


def test_a_version_that_ran_too_long_is_off_until_it_is_changed(session: Session, lead: Actor) -> None:
    made = create_rule(session, written(), lead)
    switch_on(session, made.rule_id, _tried(written()), lead)
    assert stop_rule(session, made.rule_id, 1, "正则运行太久", NOW)
    assert not stop_rule(session, made.rule_id, 1, "正则运行太久", NOW), "told once"
    assert versions_on(session) == []
    with pytest.raises(RuleNotReadyError, match="自动停用"):
        switch_on(session, made.rule_id, _tried(written()), lead)
    change_rule(session, made.rule_id, OTHER, 1, lead)
    assert switch_on(session, made.rule_id, _tried(OTHER), lead).version_on == 2


def test_a_lead_of_one_shop_builds_for_it_alone(session: Session, lead: Actor, lead_of_mian: Actor) -> None:
    own = create_rule(session, written(shops=["mian"]), lead_of_mian)
    for shops in ([], ["zao"], ["mian", "zao"]):
        with pytest.raises(RuleNotOwnError, match="mian"):
            create_rule(session, written(shops=shops), lead_of_mian)
    everywhere = create_rule(session, written(), lead)
    others = create_rule(session, written(shops=["zao"]), lead)
    assert [one.rule_id for one in list_rules(session, lead_of_mian)] == [own.rule_id, everywhere.rule_id]
    changes: list[Callable[[], object]] = [
        lambda: change_rule(session, everywhere.rule_id, written(shops=["mian"]), 1, lead_of_mian),
        lambda: change_rule(session, own.rule_id, written(), 1, lead_of_mian),
        lambda: switch_off(session, everywhere.rule_id, "", lead_of_mian),
        lambda: switch_on(session, everywhere.rule_id, _tried(written()), lead_of_mian),
    ]
    for change in changes:
        with pytest.raises(RuleNotOwnError):
            change()
    with pytest.raises(RuleNotFoundError):
        get_rule(session, others.rule_id, lead_of_mian)


@pytest.mark.parametrize("rule_id", ["rude", "custom-", "custom-0x1", "custom-99999999999", "custom-7", "custom-٣", ""])
def test_what_is_no_custom_rule_is_not_found(session: Session, lead: Actor, rule_id: str) -> None:
    with pytest.raises(RuleNotFoundError, match="没有编号"):
        get_rule(session, rule_id, lead)
