"""Mystery visits and the suggestion box over HTTP."""

import pytest
from sqlmodel import Session

from api.identity import Role
from api.tokens import create_token
from tests.coaching.reviewing.judged import inspected
from tests.conftest import NOW

V1 = "/api/v1"


@pytest.mark.usefixtures("shops")
def test_a_visit_is_planned_for_an_account_played_by_it_and_hidden_from_others(ask, account, session: Session) -> None:
    lead = ask(Role.LEAD)
    wanted = {"title": "问尺码", "script": "先问尺码", "shop": "mian", "person": "小林", "due_on": "2026-12-01"}
    assert lead.post(f"{V1}/mystery-visits", json=wanted).json()["error"]["code"] == "account_not_found"
    secret = create_token(session, "t", NOW, account=account("小林", Role.AGENT))
    session.commit()
    made = lead.post(f"{V1}/mystery-visits", json=wanted).json()
    assert (made["state_term"], made["person_name"]) == ("待执行", "小林")
    shopper = ask(Role.AGENT)
    assert shopper.get(f"{V1}/mystery-visits").json()["items"] == []
    shopper.headers["Authorization"] = f"Bearer {secret}"
    assert [one["visit_id"] for one in shopper.get(f"{V1}/mystery-visits").json()["items"]] == [made["visit_id"]]
    inspected(session, "c1")
    url = f"{V1}/mystery-visits/{made['visit_id']}"
    played = shopper.post(f"{url}/conversation", json={"conversation": "c1", "note": "快"}).json()
    assert (played["state"], played["score"], played["conversation"]) == ("played", None, "c1")
    assert lead.get(url).json()["score"] == 100.0
    unlinked = lead.delete(f"{url}/conversation").json()
    assert (unlinked["state"], unlinked["conversation"]) == ("planned", None)
    shopper.post(f"{url}/conversation", json={"conversation": "c1"})
    assert lead.post(f"{url}/cancel").json()["error"]["code"] == "decided"
    assert lead.get(f"{V1}/mystery-visits?state=planned").json()["items"] == []


def test_an_entry_is_sent_answered_and_followed(ask) -> None:
    agent, lead = ask(Role.AGENT), ask(Role.LEAD)
    sent = agent.post(f"{V1}/suggestion-box", json={"kind": "complaint", "text": "排班不公", "is_anonymous": True})
    url = f"{V1}/suggestion-box/{sent.json()['entry_id']}"
    assert (sent.status_code, lead.get(url).json()["by"], ask(Role.AGENT).get(url).status_code) == (201, None, 404)
    answered = lead.post(f"{url}/answers", json={"status": "done", "text": "下月起轮换"})
    assert (answered.status_code, agent.get(url).json()["status_term"]) == (201, "已办结")
    assert [one["text"] for one in agent.get(url).json()["answers"]] == ["下月起轮换"]
    assert [len(lead.get(f"{V1}/suggestion-box{query}").json()["items"]) for query in ("", "?mine=true")] == [1, 0]
    assert agent.post(f"{V1}/suggestion-box", json={"kind": "complaint", "text": ""}).status_code == 422
