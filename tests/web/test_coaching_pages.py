"""Case library, mystery visits, suggestion box on pages."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from api.identity import Role
from api.tables import Account
from coaching.cases.tables import Case
from coaching.inspection.tables import Finding
from coaching.mystery.tables import MysteryVisit
from coaching.suggestion_box_tables import BoxEntry
from coaching.tables import Agent
from tests.coaching.inspection.stored import RUDE, findings, inspect, keep
from tests.conftest import NOW
from tests.web.browsing import Browser

Browse = Callable[..., Browser]
GOOD = {"kind": "good", "title": "先安抚再给办法", "reply": "别急，马上给您补寄", "tags": "安抚，破损"}


@pytest.fixture(autouse=True)
def rude(session: Session, shops: None) -> Finding:
    session.add(Agent(code="lin", name="林小满", created_at=NOW))
    session.commit()
    keep(session, "qt-1", *RUDE)
    inspect(session)
    return findings(session, "rude")[0]


def test_one_click_keeps_a_finding_as_a_case_and_the_second_finds_it(
    browse: Browse, session: Session, rude: Finding
) -> None:
    trainer = browse(Role.TRAINER)
    first = trainer.submit(f"/findings/{rude.id}/case").headers["location"]
    assert trainer.submit(f"/findings/{rude.id}/case").headers["location"] == first
    [case] = session.exec(select(Case)).all()
    assert case.finding_id == rude.id
    page = browse(Role.AGENT).get("/cases").text
    assert "你自己不会看吗" in page
    assert "反面案例" in page
    assert "林小满" not in page


def test_cases_are_searched_by_words_kind_and_tag(browse: Browse) -> None:
    trainer = browse(Role.TRAINER)
    trainer.submit("/cases", GOOD)
    trainer.submit("/cases", {"kind": "bad", "title": "催用户自己找", "reply": "您自己联系"})
    assert "催用户" not in trainer.get("/cases?q=补寄").text
    assert "先安抚" not in trainer.get("/cases?kind=bad").text
    page = trainer.get("/cases?tag=破损").text
    assert "先安抚" in page
    assert "催用户" not in page
    assert "没有找到" in trainer.get("/cases?q=没有这些字").text


def test_a_case_is_masked_changed_and_taken_out(browse: Browse, session: Session, rude: Finding) -> None:
    trainer = browse(Role.TRAINER)
    trainer.submit(f"/findings/{rude.id}/case")
    [case] = session.exec(select(Case)).all()
    trainer.submit(f"/cases/{case.id}", GOOD | {"reply": "请打 13812345678 找我"})
    session.expire_all()
    kept = session.get_one(Case, case.id)
    assert "13812345678" not in kept.reply
    assert kept.tags == ["安抚", "破损"]
    assert kept.rule == "rude"
    assert trainer.submit(f"/cases/{case.id}", GOOD | {"title": " "}).status_code == 422
    trainer.submit(f"/cases/{case.id}/archive")
    assert "先安抚" not in trainer.get("/cases").text


def test_a_case_that_cannot_be_kept_comes_back_as_typed(browse: Browse) -> None:
    answer = browse(Role.TRAINER).submit("/cases", GOOD | {"title": ""})
    assert answer.status_code == 422
    assert "别急，马上给您补寄" in answer.text
    assert "请填写标题" in answer.text


def test_a_message_fills_in_a_good_case(browse: Browse, rude: Finding) -> None:
    page = browse(Role.TRAINER).get(f"/cases/new?conversation={rude.conversation_id}&message={rude.message_ids[0]}")
    assert "你自己不会看吗" in page.text
    assert "尺码表在哪" in page.text


def test_a_mystery_visit_is_planned_played_and_scored(
    browse: Browse, session: Session, account: Callable[..., Account]
) -> None:
    shopper = account("神秘客", Role.AGENT)
    lead = browse(Role.LEAD)
    visit = {
        "title": "问尺码",
        "script": "扮第一次买的顾客",
        "shop": "mian",
        "person": f"account:{shopper.id}",
        "due": "2026-11-30",
    }
    assert lead.submit("/mystery", visit | {"person": "account:999"}).status_code == 422
    lead.submit("/mystery", visit)
    [planned] = session.exec(select(MysteryVisit)).all()
    assert "待执行" in lead.get("/mystery").text
    assert "问尺码" not in browse(Role.AGENT).get("/mystery").text
    lead.submit(f"/mystery/{planned.id}/link", {"conversation": "qt-1"})
    page = lead.get("/mystery").text
    assert "已完成" in page
    assert "/conversations/1/review" in page
    assert lead.submit(f"/mystery/{planned.id}/cancel").status_code == 409


def test_a_visit_can_be_called_off(browse: Browse, session: Session, account: Callable[..., Account]) -> None:
    shopper, lead = account("神秘客", Role.AGENT), browse(Role.LEAD)
    visit = {"title": "问尺码", "script": "扮顾客", "shop": "mian", "due": "2026-11-30"}
    lead.submit("/mystery", visit | {"person": f"account:{shopper.id}"})
    [planned] = session.exec(select(MysteryVisit)).all()
    lead.submit(f"/mystery/{planned.id}/cancel")
    assert "没有这样的安排" in lead.get("/mystery?state=planned").text
    assert "问尺码" in lead.get("/mystery?state=cancelled").text


def test_a_suggestion_is_answered_and_its_sender_reads_what_became_of_it(browse: Browse, session: Session) -> None:
    agent, lead = browse(Role.AGENT), browse(Role.LEAD)
    agent.submit("/box", {"kind": "suggestion", "text": "晚班加一个人"})
    [entry] = session.exec(select(BoxEntry)).all()
    assert "晚班加一个人" in lead.get("/box").text
    assert "晚班加一个人" not in browse(Role.AGENT, name="另一位").get("/box").text
    lead.submit(f"/box/{entry.id}", {"status": "in_progress", "text": "下周起试行"})
    page = agent.get("/box").text
    assert "下周起试行" in page
    assert "处理中" in page


def test_an_anonymous_complaint_names_nobody_to_whoever_answers(browse: Browse) -> None:
    browse(Role.AGENT, name="小林子").submit("/box", {"kind": "complaint", "text": "排班不公平", "anonymous": "1"})
    page = browse(Role.LEAD).get("/box").text
    assert "排班不公平" in page
    assert "小林子" not in page
