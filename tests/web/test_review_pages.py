"""What people decide, on pages: queue, findings, scorecard, appeals, calibration, precision."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from api.identity import Role
from coaching.inspection.tables import Finding, Status
from coaching.reviewing.tables import Appeal, CalibrationSheet, Decision, Review, ReviewTask, RuleMark, TaskState
from coaching.tables import Agent
from tests.coaching.inspection.stored import RUDE, findings, inspect, keep
from tests.conftest import NOW
from tests.web.browsing import HTMX, Browser
from web.calibrations import kappa_step

Browse = Callable[..., Browser]
DAYS = {"since": "2026-11-15", "until": "2026-11-21", "random": "5", "per_agent": "1", "risk": "5"}


@pytest.fixture(autouse=True)
def rude(session: Session, shops: None) -> Finding:
    """A conversation in which an agent was rude, inspected."""
    session.add(Agent(code="lin", name="林小满", created_at=NOW))
    session.commit()
    keep(session, "qt-1", *RUDE)
    inspect(session)
    return findings(session, "rude")[0]


@pytest.fixture
def lead(browse: Browse) -> Browser:
    return browse(Role.LEAD)


@pytest.fixture
def agent(browse: Browse) -> Browser:
    return browse(Role.AGENT, agent="lin")


def refreshed(session: Session, row: Finding) -> Finding:
    session.expire_all()
    return session.get_one(Finding, row.id)


def test_drawn_conversations_are_queued_with_their_reasons(lead: Browser) -> None:
    assert "现在没有" in lead.get("/reviews").text
    drawn = lead.submit("/reviews/draw", DAYS)
    page = lead.get(drawn.headers["location"]).text
    assert "从 1 段会话里抽出 1 段" in page
    assert "qt-1" in page
    assert "随机抽取" in page
    assert "林小满" in page
    again = lead.submit("/reviews/draw", DAYS)
    assert "没有可抽的" in lead.get(again.headers["location"]).text


def test_the_queue_of_other_shops_stays_closed(browse: Browse, lead: Browser, rude: Finding) -> None:
    lead.submit("/reviews/draw", DAYS)
    other = browse(Role.LEAD, "zao")
    assert "qt-1" not in other.get("/reviews").text
    assert other.get(f"/conversations/{rude.conversation_id}/review").status_code == 404


def test_a_scorecard_is_kept_and_the_queue_goes_on(lead: Browser, session: Session, rude: Finding) -> None:
    lead.submit("/reviews/draw", DAYS)
    [task] = session.exec(select(ReviewTask)).all()
    address = f"/conversations/{rude.conversation_id}/review?task={task.id}"
    assert "抽到的原因" in lead.get(address).text
    done = lead.submit(address, {"score_attitude": "20", "comment_attitude": "反问顾客", "score_speed": "100"})
    assert done.headers["location"] == "/reviews?done=reviewed_all"
    session.expire_all()
    [review] = session.exec(select(Review)).all()
    assert set(review.marks) == {"attitude", "speed"}
    assert session.get_one(ReviewTask, task.id).state == TaskState.DONE
    assert "反问顾客" in lead.get(f"/conversations/{rude.conversation_id}/review").text


def test_a_scorecard_that_cannot_be_reckoned_comes_back_as_typed(lead: Browser, rude: Finding) -> None:
    address = f"/conversations/{rude.conversation_id}/review"
    typed = {"score_attitude": "20", "score_speed": "100", "note": "整体还可以"}
    answer = lead.submit(address, typed)
    assert answer.status_code == 422
    assert "服务态度：扣了分，请写明原因" in answer.text
    assert 'value="20"' in answer.text
    assert "整体还可以" in answer.text
    assert "不是数字" in lead.submit(address, {"score_attitude": "很差"}).text


def test_skipping_needs_a_reason(lead: Browser, session: Session) -> None:
    lead.submit("/reviews/draw", DAYS)
    [task] = session.exec(select(ReviewTask)).all()
    assert lead.submit(f"/reviews/{task.id}/skip").status_code == 422
    lead.submit(f"/reviews/{task.id}/skip", {"reason": "测试会话"})
    session.expire_all()
    assert session.get_one(ReviewTask, task.id).note == "测试会话"


def test_a_finding_is_confirmed_where_it_stands_and_elsewhere_as_a_part(
    lead: Browser, session: Session, rude: Finding
) -> None:
    back = f"/conversations/{rude.conversation_id}/review"
    done = lead.submit(f"/findings/{rude.id}/decision", {"verdict": "confirm", "back": back})
    assert done.headers["location"] == f"{back}#f{rude.id}"
    assert refreshed(session, rude).status == Status.CONFIRMED
    part = lead.submit(
        f"/findings/{rude.id}/decision",
        {"verdict": "reject", "reason": "语境里是合适的", "again": "1", "back": back},
        headers=HTMX,
    )
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "语境里是合适的" in part.text
    assert refreshed(session, rude).status == Status.REJECTED


def test_rejecting_without_a_reason_keeps_the_form_and_changes_nothing(
    lead: Browser, session: Session, rude: Finding
) -> None:
    part = lead.submit(f"/findings/{rude.id}/decision", {"verdict": "reject"}, headers=HTMX)
    assert "请填写理由" in part.text
    assert lead.submit(f"/findings/{rude.id}/decision", {"verdict": "reject"}).status_code == 422
    assert session.exec(select(Decision)).all() == []


def test_a_changed_finding_costs_what_was_typed(lead: Browser, session: Session, rude: Finding) -> None:
    typed = {"verdict": "change", "reason": "没那么重", "points": "3", "severity": "normal"}
    lead.submit(f"/findings/{rude.id}/decision", typed)
    assert refreshed(session, rude).points == 3
    answer = lead.submit(f"/findings/{rude.id}/decision", typed | {"points": "很多", "again": "1"}, headers=HTMX)
    assert "不是数字" in answer.text


def test_going_back_after_a_decision_stays_on_this_site(lead: Browser, rude: Finding) -> None:
    done = lead.submit(f"/findings/{rude.id}/decision", {"verdict": "confirm", "back": "//evil.example"})
    assert done.headers["location"].startswith("/#f")


def test_an_agent_appeals_and_reads_the_answer(agent: Browser, lead: Browser, session: Session, rude: Finding) -> None:
    lead.submit(f"/findings/{rude.id}/decision", {"verdict": "confirm"})
    assert f"/findings/{rude.id}/appeal" in agent.get(f"/conversations/{rude.conversation_id}").text
    assert "我有异议" in agent.get(f"/findings/{rude.id}/appeal").text
    agent.submit(f"/findings/{rude.id}/appeal", {"text": "我是在开玩笑"})
    [appeal] = session.exec(select(Appeal)).all()
    queue = lead.get("/appeals").text
    assert "我是在开玩笑" in queue
    assert "前答复" in queue
    lead.submit(f"/appeals/{appeal.id}/answer", {"outcome": "upheld", "text": "同意"})
    assert refreshed(session, rude).status == Status.REJECTED
    own = agent.get("/appeals").text
    assert "同意" in own
    assert "成立" in own


def test_an_overdue_appeal_says_so(
    agent: Browser, lead: Browser, clock: object, session: Session, rude: Finding
) -> None:
    lead.submit(f"/findings/{rude.id}/decision", {"verdict": "confirm"})
    agent.submit(f"/findings/{rude.id}/appeal", {"text": "我是在开玩笑"})
    [appeal] = session.exec(select(Appeal)).all()
    appeal.due_at = NOW - timedelta(hours=1)
    session.add(appeal)
    session.commit()
    assert clock
    assert "已过期限" in lead.get("/appeals").text


def test_nobody_appeals_for_somebody_else(lead: Browser, browse: Browse, rude: Finding) -> None:
    assert lead.get(f"/findings/{rude.id}/appeal").status_code == 403
    assert browse(Role.AGENT).get(f"/findings/{rude.id}/appeal").status_code == 404


def test_calibration_is_blind_until_it_is_closed(browse: Browse, session: Session, rude: Finding) -> None:
    one, other = browse(Role.LEAD, name="甲主管"), browse(Role.LEAD, name="乙主管")
    made = one.submit("/calibrations", {"conversation": "qt-1", "title": "态度校准"})
    address = made.headers["location"].split("?")[0]
    sheet = {"score_attitude": "20", "comment_attitude": "甲的理由", f"verdict_{rude.id}": "confirm"}
    one.submit(address, sheet)
    assert "甲的理由" not in other.get(address).text
    other.submit(address, {"score_attitude": "70", "comment_attitude": "乙的理由", f"verdict_{rude.id}": "reject"})
    session.expire_all()
    assert len(session.exec(select(CalibrationSheet)).all()) == 2
    one.submit(f"{address}/close", {"conclusion": "反问顾客算生硬"})
    page = other.get(address).text
    assert "反问顾客算生硬" in page
    assert "请讨论" in page
    assert re.search(r"一致率 0%，kappa -?0\.00", page)


def test_a_calibration_sheet_that_cannot_be_reckoned_comes_back_with_its_verdicts(lead: Browser, rude: Finding) -> None:
    made = lead.submit("/calibrations", {"conversation": "qt-1", "title": "态度校准"})
    address = made.headers["location"].split("?")[0]
    answer = lead.submit(address, {"score_attitude": "20", f"verdict_{rude.id}": "reject"})
    assert answer.status_code == 422
    assert re.search(rf'name="verdict_{rude.id}" value="reject" form="scorecard" checked', answer.text)


@pytest.mark.parametrize(
    ("kappa", "word"), [(-0.2, "worse"), (0.0, "slight"), (0.1, "slight"), (0.5, "moderate"), (0.81, "almost")]
)
def test_a_kappa_is_told_in_words(kappa: float, word: str) -> None:
    assert kappa_step(kappa) == word


def test_a_rule_below_its_floor_is_marked(lead: Browser, session: Session, rude: Finding) -> None:
    assert "还没有判断" in lead.get("/rules/precision").text
    for number in range(20):
        keep(session, f"more-{number}", *RUDE)
    inspect(session)
    for one in findings(session, "rude")[:20]:
        lead.submit(f"/findings/{one.id}/decision", {"verdict": "reject", "reason": "不算"})
    page = lead.get("/rules/precision").text
    assert "不再展示给客服" in page.split("<tbody>")[1]
    assert "0/20" in page
    session.expire_all()
    assert [mark.rule for mark in session.exec(select(RuleMark))] == ["rude"]
    assert rude.id
