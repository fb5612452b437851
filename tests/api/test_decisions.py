"""Findings, decisions, appeals and cases over HTTP: from the hit to the last word."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from api.identity import Role
from api.tables import Account
from api.tokens import create_token
from coaching.inspection.tables import Status
from tests.coaching.reviewing.judged import found, inspected
from tests.conftest import NOW

V1 = "/api/v1"


@pytest.fixture
def as_account(application: FastAPI, session: Session, account: Callable[..., Account]) -> Callable[..., TestClient]:
    """A client for a fresh account."""

    def _as_account(name: str, role: Role, agent: str | None = None, *shops: str) -> TestClient:
        made = account(name, role, *shops, agent=agent)
        secret = create_token(session, name, NOW, account=made)
        session.commit()
        return TestClient(application, headers={"Authorization": f"Bearer {secret}"})

    return _as_account


@pytest.fixture
def finding(session: Session) -> int:
    return found(session, inspected(session, "c1")).id or 0


def test_from_finding_to_appeal_to_answer(as_account, finding: int) -> None:
    agent, lead = as_account("小林", Role.AGENT, "lin"), as_account("老陈", Role.LEAD)
    [own] = agent.get(f"{V1}/findings").json()["items"]
    assert (own["finding_id"], own["rule_term"], own["counts"], own["better_reply"][:2]) == (
        finding,
        "推诿",
        True,
        "亲，",
    )
    assert agent.get(f"{V1}/findings/{finding}").json()["appeal_until"].startswith("2026-11-28T00:00:00")
    sent = agent.post(f"{V1}/appeals", json={"finding_id": finding, "text": "页面上写了"})
    assert (sent.status_code, sent.json()["state"], sent.json()["finding"]["counts"]) == (201, "open", False)
    number = sent.json()["appeal_id"]
    refused = lead.post(f"{V1}/findings/{finding}/decisions", json={"verdict": "confirm"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "decided")
    answered = lead.post(f"{V1}/appeals/{number}/answer", json={"outcome": "upheld", "text": "说得对"}).json()
    assert (answered["state"], answered["answered_by_name"], answered["finding"]["status"]) == (
        "upheld",
        "老陈",
        "rejected",
    )
    [decision] = agent.get(f"{V1}/findings/{finding}/decisions").json()["items"]
    assert (decision["verdict"], decision["reason"], decision["appeal_id"]) == ("reject", "说得对", number)
    late = agent.post(f"{V1}/appeals/{number}/withdraw")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "decided")


def test_an_agent_neither_sees_nor_appeals_what_is_anothers(as_account, finding: int) -> None:
    other = as_account("小新", Role.AGENT, "xin")
    assert other.get(f"{V1}/findings").json()["items"] == []
    assert other.get(f"{V1}/findings/{finding}").json()["error"]["code"] == "finding_not_found"
    sent = other.post(f"{V1}/appeals", json={"finding_id": finding, "text": "?"})
    assert (sent.status_code, sent.json()["error"]["code"]) == (404, "finding_not_found")


def test_a_withdrawn_appeal_may_be_made_again(as_account, finding: int) -> None:
    agent = as_account("小林", Role.AGENT, "lin")
    number = agent.post(f"{V1}/appeals", json={"finding_id": finding, "text": "请复核"}).json()["appeal_id"]
    assert agent.post(f"{V1}/appeals/{number}/withdraw").json()["state"] == "withdrawn"
    assert agent.post(f"{V1}/appeals", json={"finding_id": finding, "text": "请复核"}).status_code == 201
    assert [one["state"] for one in agent.get(f"{V1}/appeals").json()["items"]] == ["open", "withdrawn"]
    assert [one["state"] for one in agent.get(f"{V1}/appeals?state=open").json()["items"]] == ["open"]


def test_a_decision_is_made_changed_and_overruled(ask, session: Session, finding: int) -> None:
    lead = ask(Role.LEAD)
    url = f"{V1}/findings/{finding}/decisions"
    unsaid = lead.post(url, json={"verdict": "reject"})
    assert (unsaid.status_code, unsaid.json()["error"]["code"]) == (422, "words_missing")
    change = {"verdict": "change", "reason": "太重", "changes": {"points": 10}}
    made = lead.post(url, json=change)
    assert (made.status_code, made.json()["before"], made.json()["after"]) == (201, {"points": 30.0}, {"points": 10.0})
    assert lead.post(url, json={"verdict": "reject", "reason": "没问题"}).status_code == 409
    assert lead.post(url, json={"verdict": "reject", "reason": "没问题", "again": True}).status_code == 201
    assert [one["verdict"] for one in lead.get(url).json()["items"]] == ["reject", "change"]
    shown = lead.get(f"{V1}/findings", params={"status": str(Status.REJECTED)}).json()["items"]
    assert [one["finding_id"] for one in shown] == [finding]


def test_leads_of_other_shops_find_nothing(ask, finding: int) -> None:
    other = ask(Role.LEAD, "bei")
    assert other.get(f"{V1}/findings").json()["items"] == []
    assert other.post(f"{V1}/findings/{finding}/decisions", json={"verdict": "confirm"}).status_code == 404
    assert other.get(f"{V1}/findings?shop=mian").status_code == 403


def test_one_click_keeps_a_finding_as_a_case_that_agents_find(ask, finding: int) -> None:
    trainer, agent = ask(Role.TRAINER), ask(Role.AGENT)
    kept = trainer.post(f"{V1}/findings/{finding}/case", json={"tags": ["推诿"]})
    assert (kept.status_code, kept.json()["kind_term"], kept.json()["situation"]) == (201, "反面案例", "什么时候发货")
    assert trainer.post(f"{V1}/findings/{finding}/case").json()["case_id"] == kept.json()["case_id"]
    [case] = agent.get(f"{V1}/cases", params={"q": "发货", "tag": "推诿"}).json()["items"]
    assert case["finding_id"] == finding
    content = {"kind": "good", "title": "好", "reply": "现在就查", "dimension": "solving", "tags": ["示范"]}
    changed = trainer.put(f"{V1}/cases/{case['case_id']}", json=content).json()
    assert (changed["title"], changed["dimension_term"], changed["finding_id"]) == ("好", "问题解决", finding)
    assert trainer.delete(f"{V1}/cases/{case['case_id']}").status_code == 204
    assert agent.get(f"{V1}/cases/{case['case_id']}").json()["error"]["code"] == "case_not_found"
    assert trainer.post(f"{V1}/cases", json={"kind": "good", "title": " ", "reply": "好"}).status_code == 422
