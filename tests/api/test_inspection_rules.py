"""Rules and rule sets over HTTP: built, tried, switched on; then they find."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from api.identity import Role
from api.inspection_rule_models import RuleOut, RuleSetOut, TriedOut
from coaching.inspection.custom.rule_memory import OVERRUNS
from coaching.inspection.rule_sets import BUNDLED
from coaching.inspection.rules import RULES
from tests.coaching.inspection.stored import keep

RULES_AT, SETS_AT = "/api/v1/inspection/rules", "/api/v1/inspection/rule-sets"
WAIT = [{"role": "customer", "text": "怎么还没到"}, {"role": "agent", "text": "您等着就行"}]


def _definition(**fields: Any) -> dict[str, Any]:
    return {
        "term": "让顾客等着",
        "description": "只让顾客等，没有说等什么",
        "dimension": "solving",
        "where": {"operator": "keywords", "any": ["您等着就行"]},
        "examples_hit": ["顾客：怎么还没到\n客服：您等着就行"],
        "examples_miss": ["顾客：怎么还没到\n客服：帮您查下，五分钟回您"],
        **fields,
    }


def _create(client: TestClient, status: int = 201, **body: Any) -> dict[str, Any]:
    answer = client.post(RULES_AT, json={"definition": _definition(), **body})
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


def _finds(client: TestClient, **more: Any) -> dict[str, int]:
    answer = client.post("/api/v1/inspect", json={"messages": WAIT, **more}).json()
    return {one["rule"]: one["rule_version"] for one in answer["findings"]}


def test_a_rule_is_built_tried_switched_on_changed_and_switched_off(ask, session: Session) -> None:
    lead, agent = ask(Role.LEAD), ask(Role.AGENT)
    keep(session, "c1", "C 怎么还没到", "A 您等着就行")
    tried = lead.post(f"{RULES_AT}/try", json={"definition": _definition()}).json()
    TriedOut.model_validate(tried)
    assert (tried["conversations"], tried["conversations_hit"], tried["hits"][0]["quote"]) == (1, 1, "您等着就行")
    made = _create(lead)
    RuleOut.model_validate(made)
    rule = made["rule"]
    assert (made["version"], made["version_on"]) == (1, None)
    assert rule not in _finds(agent)
    assert lead.put(f"{RULES_AT}/{rule}", json={"version": 1, "is_on": True}).json()["version_on"] == 1
    assert _finds(agent)[rule] == 1
    changed = lead.put(f"{RULES_AT}/{rule}", json={"version": 1, "definition": _definition(deduction=9)}).json()
    assert (changed["version"], changed["version_on"]) == (2, 1)
    assert lead.put(f"{RULES_AT}/{rule}", json={"version": 2, "is_on": True}).json()["version_on"] == 2
    assert _finds(agent)[rule] == 2
    off = lead.put(f"{RULES_AT}/{rule}", json={"version": 2, "is_on": False, "note": "误报太多"}).json()
    assert (off["version_on"], off["switched"]["reason"]) == (None, "误报太多")
    assert rule not in _finds(agent)


def test_an_old_version_is_a_conflict_that_names_the_newest(ask) -> None:
    lead = ask(Role.LEAD)
    rule = _create(lead)["rule"]
    lead.put(f"{RULES_AT}/{rule}", json={"version": 1, "definition": _definition(deduction=9)})
    answer = lead.put(f"{RULES_AT}/{rule}", json={"version": 1, "definition": _definition(deduction=3)})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "rule_conflict")
    assert answer.json()["error"]["details"] == {"version": 2}


def test_a_rule_whose_examples_fail_is_not_switched_on_and_not_kept(ask) -> None:
    lead = ask(Role.LEAD)
    failing = _definition(examples_hit=["客服：好的"])
    error = _create(lead, 409, definition=failing, is_on=True)["error"]
    assert error["code"] == "rule_not_ready"
    assert "第 1 个例子没有命中" in error["message"]
    assert lead.get(RULES_AT, params={"custom": True}).json()["items"] == []


def test_a_rule_that_hits_everything_is_switched_on_only_by_whoever_read_the_warning(ask, session: Session) -> None:
    for number in range(12):
        keep(session, f"c{number}", "C 在吗", "A 您好")
    lead = ask(Role.LEAD)
    everything = _definition(where={"operator": "regex", "pattern": "."}, examples_miss=["顾客：在吗"])
    [warning] = lead.post(f"{RULES_AT}/try", json={"definition": everything}).json()["warnings"]
    error = _create(lead, 409, definition=everything, is_on=True)["error"]
    assert warning in error["message"]
    assert _create(lead, definition=everything, is_on=True, despite_warnings=True)["version_on"] == 1


def test_a_regex_that_would_run_for_ever_is_told(ask) -> None:
    endless = _definition(
        where={"operator": "regex", "pattern": "(?:哈|哈哈)+。"}, examples_miss=[f"客服：{'哈' * 90}"]
    )
    lead = ask(Role.LEAD)
    tried = lead.post(f"{RULES_AT}/try", json={"definition": endless}).json()
    assert "运行太久" in tried["stopped"]
    assert "运行太久" in _create(lead, 409, definition=endless, is_on=True)["error"]["message"]


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"where": {"operator": "guess"}}, "definition.where", "没有“guess”"),
        ({"examples_hit": []}, "definition.examples_hit", "至少要有 1 项"),
        ({"where": {"operator": "regex", "pattern": "((a{999}){999})"}}, "definition.where.regex.pattern", "层层相乘"),
        ({"dimension": "looks"}, "definition.dimension", "只能是"),
    ],
)
def test_what_is_wrong_with_a_definition_is_told_by_field(ask, fields: dict[str, Any], field: str, reason: str) -> None:
    [problem] = _create(ask(Role.LEAD), 422, definition=_definition(**fields))["error"]["details"]
    assert problem["field"] == field
    assert reason in problem["reason"]


def test_a_lead_of_one_shop_builds_for_it_alone(ask) -> None:
    everywhere = _create(ask(Role.LEAD))["rule"]
    others = _create(ask(Role.LEAD), definition=_definition(shops=["zao"]))["rule"]
    own = ask(Role.LEAD, "mian")
    assert _create(own, 403)["error"]["code"] == "forbidden"
    _create(own, definition=_definition(shops=["mian"]))
    seen = {one["rule"]: one["may_change"] for one in own.get(RULES_AT, params={"custom": True}).json()["items"]}
    assert seen == {everywhere: False, "custom-3": True}
    assert own.put(f"{RULES_AT}/{everywhere}", json={"version": 1, "is_on": False}).status_code == 403
    assert own.put(f"{RULES_AT}/{others}", json={"version": 1, "is_on": False}).status_code == 404


def test_rules_are_paged_bundled_ones_first(ask) -> None:
    lead = ask(Role.LEAD)
    rule = _create(lead)["rule"]
    names, cursor = [], None
    while True:
        page = lead.get(RULES_AT, params={"limit": 10, **({"cursor": cursor} if cursor else {})}).json()
        names += [RuleOut.model_validate(one).rule for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert names == [*(one.id for one in RULES), rule]


def test_a_rule_set_is_written_chosen_and_followed_by_its_next_version(ask) -> None:
    lead = ask(Role.LEAD)
    body = {"rule_set": "mian-1", "name": "棉语", "in_force_from": "2026-11-01", "shops": ["mian"], "source": "自定"}
    made = lead.post(SETS_AT, json=body)
    assert made.status_code == 201
    RuleSetOut.model_validate(made.json())
    assert lead.post(SETS_AT, json={**body, "weights": {"speed": 1}}).json()["version"] == 2
    answer = lead.post("/api/v1/inspect", json={"messages": WAIT, "shop": "mian"}).json()
    assert (answer["rule_set"]["id"], answer["rule_set"]["version"]) == ("mian-1", 2)
    named = lead.post("/api/v1/inspect", json={"messages": WAIT, "rule_set": "mian-1"}).json()
    assert named["rule_set"]["version"] == 2
    other = ask(Role.AGENT, "zao").post("/api/v1/inspect", json={"messages": WAIT, "rule_set": "mian-1"})
    assert other.status_code == 422
    items = lead.get(SETS_AT).json()["items"]
    assert [(one["rule_set"], one["version"]) for one in items] == [
        *((one.id, one.version) for one in BUNDLED), ("mian-1", 1), ("mian-1", 2)
    ]  # fmt: skip


def test_a_rule_set_that_cannot_be_used_is_refused_saying_why(ask) -> None:
    body = {
        "rule_set": "a",
        "name": "甲",
        "in_force_from": "2026-11-01",
        "source": "自定",
        "off": ["guess"],
        "shops": ["mian"],
    }
    lead = ask(Role.LEAD)
    error = lead.post(SETS_AT, json=body).json()["error"]
    assert (error["code"], "guess" in error["message"]) == ("rule_set", True)
    assert lead.post(SETS_AT, json={**body, "off": [], "review_from_01": 1}).json()["error"]["code"] == "invalid"
    assert ask(Role.LEAD, "zao").post(SETS_AT, json={**body, "off": []}).status_code == 403


def test_texts_that_are_not_kept_switch_no_rule_off_however_long_it_takes_over_them(ask) -> None:
    lead, agent = ask(Role.LEAD), ask(Role.AGENT)
    where = {"operator": "regex", "pattern": "(?:哈|哈哈)+。"}
    chats = {"examples_hit": ["顾客：在吗\n客服：哈哈。"], "examples_miss": ["顾客：在吗\n客服：在"]}
    made = lead.post(RULES_AT, json={"definition": _definition(where=where, **chats)}).json()
    assert lead.put(f"{RULES_AT}/{made['rule']}", json={"version": 1, "is_on": True}).json()["version_on"] == 1
    for number in range(OVERRUNS + 1):
        crafted = [{"role": "agent", "text": "哈" * (90 + number)}]
        assert agent.post("/api/v1/inspect", json={"messages": crafted}).status_code == 200
    listed = {one["rule"]: one for one in lead.get(RULES_AT).json()["items"]}
    assert listed[made["rule"]]["version_on"] == 1
    said = [{"role": "customer", "text": "在吗"}, {"role": "agent", "text": "哈哈。"}]
    found = agent.post("/api/v1/inspect", json={"messages": said}).json()["findings"]
    assert made["rule"] in {one["rule"] for one in found}
