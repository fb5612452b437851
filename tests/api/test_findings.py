"""Findings of stored conversations over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from api.finding_models import FindingsOut
from api.identity import Role
from coaching.inspection.tables import Finding, Inspection, Status
from kb.cards.editing import Actor, publish_card, save_card
from kb.content import CardContent
from tests.conftest import NOW

_PATH = "/api/v1/conversations"
_ALL = {"limit": 200}


def _store(client: TestClient, *said: str, number: str = "c1", **fields: Any) -> None:
    messages = [
        {
            "role": {"C": "customer", "A": "agent"}[line[0]],
            "text": line[2:],
            "sent_at": f"2026-11-01T10:{at:02}:00+08:00",
        }
        for at, line in enumerate(said)
    ]
    whole = {"conversation_id": number, "platform": "jd", "shop": "zao", "agent": "wu", "messages": messages}
    assert client.post(_PATH, json={**whole, **fields}).status_code == 200


def _findings(client: TestClient, number: str = "c1") -> dict[str, Any]:
    answer = client.get(f"{_PATH}/{number}/findings", params=_ALL)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    FindingsOut.model_validate(found)
    return found


def _rules(found: dict[str, Any]) -> list[str]:
    return [one["rule"] for one in found["items"]]


_RUDE = ("C 说明书在哪", "A 你自己不会看吗")


def test_a_conversation_that_waits_is_inspected_on_the_spot_and_once(ask, session: Session) -> None:
    trainer = ask(Role.TRAINER)
    _store(trainer, *_RUDE)
    found = _findings(trainer)
    [rude] = [one for one in found["items"] if one["rule"] == "rude"]
    assert (rude["message_index"], rude["context_index"], rude["agent"], rude["status"]) == ([1], [0], "wu", "open")
    assert rude["deduction"] > 0
    assert found["inspection"]["score"] < 100
    assert found["inspection"]["rule_set"] == {"id": "jd-default", "version": 1}
    assert found["inspection"]["metrics"]["first_response_s"] == 60
    assert _findings(trainer) == found
    assert len(session.exec(select(Inspection.id)).all()) == 1


def test_a_longer_version_is_inspected_again(ask) -> None:
    trainer = ask(Role.TRAINER)
    _store(trainer, "C 说明书在哪")
    assert "unanswered" in _rules(_findings(trainer))
    _store(trainer, "C 说明书在哪", "A 您好，说明书在包装盒底部的袋子里，也可以扫机身上的二维码看电子版哦")
    found = _findings(trainer)
    assert "unanswered" not in _rules(found)
    assert found["inspection"]["conversation_version"] == 2


def test_findings_are_paged(ask) -> None:
    trainer = ask(Role.TRAINER)
    _store(trainer, *_RUDE)
    whole = _findings(trainer)["items"]
    assert len(whole) > 1
    first = trainer.get(f"{_PATH}/c1/findings", params={"limit": 1}).json()
    assert first["items"] == whole[:1]
    rest = trainer.get(f"{_PATH}/c1/findings", params={"cursor": first["next_cursor"]}).json()
    assert (rest["items"], rest["next_cursor"]) == (whole[1:], None)


def test_agents_read_what_counts_of_their_own(
    application, ask, session: Session, account, logged_in: Callable[..., str]
) -> None:
    trainer = ask(Role.TRAINER)
    _store(trainer, *_RUDE)
    found = _findings(trainer)
    [rude] = [one for one in found["items"] if one["rule"] == "rude"]
    wu, lin = (account(name, Role.AGENT, agent=name) for name in ("wu", "lin"))

    def read(who: Any) -> TestClient:
        return TestClient(application, client=("203.0.113.9", 40000), cookies={"huashu_session": logged_in(who)})

    assert read(lin).get(f"{_PATH}/c1/findings").status_code == 404
    own = _findings(read(wu))
    assert "rude" in _rules(own)
    assert all(one["deduction"] > 0 for one in own["items"])
    row = session.get(Finding, rude["id"])
    assert row is not None
    row.status = Status.REJECTED
    session.add(row)
    session.commit()
    assert "rude" not in _rules(_findings(read(wu)))
    assert "rude" in _rules(_findings(trainer))


@pytest.mark.usefixtures("shops")
def test_a_changed_card_marks_the_finding_and_does_not_change_it(
    ask, session: Session, services, publish: Callable[..., int]
) -> None:
    card_id = publish(
        "拍下多久发货", "亲，付款后 48 小时内发出。", facts=({"predicate": "发货时限", "value": "48", "unit": "小时"},)
    )
    trainer = ask(Role.TRAINER)
    _store(trainer, "C 拍下多久发货", "A 您好，72小时内发货")
    [wrong] = [one for one in _findings(trainer)["items"] if one["rule"] == "wrong_fact"]
    assert (wrong["card_id"], wrong["card_version"], wrong["card_changed"]) == (card_id, 1, False)
    by = Actor("account:0", services.clock(), services.zone)
    changed = CardContent(standard_question="拍下多久发货", replies=("亲，付款后 72 小时内发出。",))
    save_card(session, card_id, changed, 1, by)
    publish_card(session, card_id, by)
    session.commit()
    services.catalogue.refresh(session)
    [marked] = [one for one in _findings(trainer)["items"] if one["rule"] == "wrong_fact"]
    assert marked == {**wrong, "card_changed": True}


def test_findings_of_nothing_are_404(ask) -> None:
    assert ask(Role.TRAINER).get(f"{_PATH}/nobody/findings").status_code == 404


def test_now_is_when_it_was_inspected(ask) -> None:
    trainer = ask(Role.TRAINER)
    _store(trainer, *_RUDE)
    assert _findings(trainer)["inspection"]["inspected_at"] == NOW.isoformat()
