"""Rules on pages: switches per set, own rules in rows or as JSON, tried before they are switched on."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, select

from api.identity import Role
from coaching.inspection.custom.definition import Definition
from coaching.inspection.custom.tables import CustomRuleSwitch, CustomRuleVersion, RuleSetRow
from tests.coaching.inspection.stored import RUDE, keep
from tests.web.browsing import Browser
from web.rule_forms import OPERATORS, definition_of, typed_of

Browse = Callable[..., Browser]
TYPED = {
    "term": "反问顾客",
    "description": "用“你自己不会看吗”反问",
    "dimension": "attitude",
    "row0_operator": "keywords_any",
    "row0_value": "不会看吗，自己看",
    "examples_hit": "顾客：尺码表在哪\n客服：你自己不会看吗",
    "examples_miss": "顾客：尺码表在哪\n客服：在详情页第三张图",
}
VALUES = {"repeat": "2", "longer": "60", "shorter": "5", "regex": "自己看+"}


@pytest.fixture
def lead(browse: Browse, shops: None, session: Session) -> Browser:
    keep(session, "qt-1", *RUDE)
    return browse(Role.LEAD)


def test_a_rule_is_tried_on_past_conversations_without_keeping_it(lead: Browser, session: Session) -> None:
    page = lead.submit("/rules/new", TYPED | {"do": "try"}).text
    assert "命中 1 段（100%）" in page
    assert "qt-1" in page
    assert "例子都对" in page
    assert "不会看吗，自己看" in page
    assert session.exec(select(CustomRuleVersion)).all() == []


def test_a_rule_is_kept_switched_on_and_off(lead: Browser, session: Session) -> None:
    made = lead.submit("/rules/new", TYPED | {"do": "save"})
    address = made.headers["location"].split("?")[0]
    assert "未启用" in lead.get(address).text
    lead.submit(address, TYPED | {"do": "on", "version": "1"})
    assert "已启用" in lead.get("/rules").text
    lead.submit(address, {"do": "off"})
    session.expire_all()
    assert [one.is_on for one in session.exec(select(CustomRuleSwitch))] == [True, False]


def test_a_rule_whose_examples_fail_is_not_switched_on(lead: Browser, session: Session) -> None:
    answer = lead.submit("/rules/new", TYPED | {"do": "on", "row0_value": "别的词"})
    assert answer.status_code == 422
    assert "应命中的第 1 个例子没有命中" in answer.text
    assert session.exec(select(CustomRuleVersion)).all() == []


def test_what_is_wrong_with_a_rule_is_told_beside_what_was_typed(lead: Browser) -> None:
    answer = lead.submit("/rules/new", TYPED | {"do": "save", "row0_operator": "regex", "row0_value": "(a"})
    assert answer.status_code == 422
    assert "条件：" in answer.text
    assert "反问顾客" in answer.text
    assert "附近" in lead.submit("/rules/new", {"do": "save", "json": "{"}).text


def test_two_who_change_a_rule_at_once_lose_nothing(lead: Browser) -> None:
    address = lead.submit("/rules/new", TYPED | {"do": "save"}).headers["location"].split("?")[0]
    lead.submit(address, TYPED | {"do": "save", "version": "1", "term": "反问"})
    answer = lead.submit(address, TYPED | {"do": "save", "version": "1", "term": "另一个名字"})
    assert answer.status_code == 422
    assert "已被修改" in answer.text
    assert "另一个名字" in answer.text


def test_a_rule_too_deep_for_rows_is_edited_as_json(lead: Browser) -> None:
    deep = definition_of(TYPED)
    deep["where"] = {"operator": "any", "of": [{"operator": "all", "of": [deep["where"], deep["where"]]}]}
    made = lead.submit("/rules/new", {"do": "save", "json": json.dumps(deep)})
    page = lead.get(made.headers["location"]).text
    assert "比较复杂" in page
    assert 'name="row0_operator"' not in page
    assert "keywords" in page


def test_switching_a_bundled_rule_off_makes_a_version_of_the_set(lead: Browser, session: Session) -> None:
    page = lead.get("/rules?set=jd-default").text
    boxes = {f"on_{rule}": "1" for rule in ("rude", "vague")}
    assert 'name="on_no_closing" value="1" checked' in page
    lead.submit("/rules/sets/jd-default", boxes | {"note": "先只看两条"})
    [row] = session.exec(select(RuleSetRow)).all()
    assert "no_closing" in row.content["off"]
    assert "rude" not in row.content["off"]
    assert 'name="on_no_closing" value="1" checked' not in lead.get("/rules?set=jd-default").text
    assert lead.submit("/rules/sets/unknown", boxes).status_code == 422


def test_a_lead_of_some_shops_switches_rules_for_these_only(browse: Browse, session: Session, lead: Browser) -> None:
    assert lead
    own = browse(Role.LEAD, "mian")
    assert "只用于您店铺" in own.get("/rules?set=taobao-default").text
    own.submit("/rules/sets/taobao-default", {"on_rude": "1"})
    [row] = session.exec(select(RuleSetRow)).all()
    assert row.code == "taobao-default-mian"
    assert row.content["shops"] == ["mian"]


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("extra", [{}, {"row0_not": "1", "place": "after", "anchor_operator": "keywords_all", "anchor_value": "尺码，表", "within": "4"}])  # fmt: skip
def test_every_operator_goes_into_a_rule_and_back_into_its_row(operator: str, extra: dict[str, str]) -> None:
    role = {"role": "customer" if operator.startswith("emotion") else "agent"}
    value = VALUES.get(operator, "尺码，退款")
    definition = Definition.model_validate(
        definition_of(TYPED | role | extra | {"row0_operator": operator, "row0_value": value})
    )
    as_json: dict[str, Any] = definition.model_dump(mode="json")
    chats = {name: [one.written() for one in getattr(definition, name)] for name in ("examples_hit", "examples_miss")}
    typed = typed_of(as_json, chats)
    assert typed is not None
    assert typed["row0_operator"] == operator
    assert Definition.model_validate(definition_of(typed)) == definition
