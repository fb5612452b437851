"""An agent's word against a finding. NOW is Saturday, 21 November 2026, noon in China."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from coaching.errors import AppealNotFoundError, DecidedError, FindingNotFoundError, OwnWorkError, WordsMissingError
from coaching.inspection.tables import Finding, Status
from coaching.reviewing.appealing import (
    AppealFilter,
    answer,
    appeal,
    get_appeal,
    list_appeals,
    read_finding,
    withdraw,
)
from coaching.reviewing.deciding import Changes, decide
from coaching.reviewing.marking import follow_marks
from coaching.reviewing.tables import AppealState, Decision, RuleMark, Verdict
from tests.coaching.reviewing.judged import ZONE, agent, found, inspected, person, score
from tests.conftest import NOW

LEAD = person()


@pytest.fixture
def talk(session: Session) -> int:
    return inspected(session, "c1")


@pytest.fixture
def one(session: Session, talk: int) -> Finding:
    return found(session, talk)


def test_an_appealed_finding_counts_only_once_it_is_answered(session: Session, talk: int, one: Finding) -> None:
    made = appeal(session, one.id or 0, "页面上写了，顾客也说看到了", agent())
    assert (one.status, score(session, talk)) == (Status.APPEALED, 100.0)
    answer(session, made.id or 0, AppealState.DENIED, "顾客问的是自己的订单", LEAD)
    assert (one.status, score(session, talk)) == (Status.CONFIRMED, 86.7)
    view = get_appeal(session, made.id or 0, agent())
    assert (view.state, view.answer, view.answered_by) == ("denied", "顾客问的是自己的订单", "account:9")


def test_an_upheld_appeal_rejects_the_finding_and_counts_as_a_decision(
    session: Session, talk: int, one: Finding
) -> None:
    made = appeal(session, one.id or 0, "已经查过", agent())
    answer(session, made.id or 0, AppealState.UPHELD, "说得对", LEAD)
    assert (one.status, score(session, talk)) == (Status.REJECTED, 100.0)
    decision = session.exec(select(Decision)).one()
    assert (decision.verdict, decision.appeal_id, decision.reason) == ("reject", made.id, "说得对")
    assert read_finding(session, one.id or 0, agent()).finding.appeal_state == "upheld", "the agent still reads it"


def test_an_appeal_may_be_answered_by_a_change(session: Session, talk: int, one: Finding) -> None:
    made = appeal(session, one.id or 0, "扣得太多", agent())
    answer(session, made.id or 0, AppealState.CHANGED, "减半", LEAD, Changes(points=15))
    assert (one.status, one.points, score(session, talk)) == (Status.CONFIRMED, 15, 93.3)


def test_while_an_appeal_is_open_nobody_decides_beside_it(session: Session, one: Finding) -> None:
    appeal(session, one.id or 0, "请复核", agent())
    with pytest.raises(DecidedError, match="申诉里答复"):
        decide(session, one.id or 0, Verdict.CONFIRM, "", LEAD, again=True)


def test_only_the_agent_appeals_and_nobody_answers_their_own(session: Session, one: Finding) -> None:
    with pytest.raises(FindingNotFoundError):
        appeal(session, one.id or 0, "请复核", agent("xin"))
    with pytest.raises(OwnWorkError):
        appeal(session, one.id or 0, "请复核", LEAD)
    made = appeal(session, one.id or 0, "请复核", agent())
    with pytest.raises(OwnWorkError):
        answer(session, made.id or 0, AppealState.UPHELD, "我对", person(agent="lin"))
    with pytest.raises(AppealNotFoundError):
        get_appeal(session, made.id or 0, agent("xin"))


def test_the_answer_is_final(session: Session, one: Finding) -> None:
    made = appeal(session, one.id or 0, "请复核", agent())
    with pytest.raises(DecidedError, match="正在等答复"):
        appeal(session, one.id or 0, "再说一次", agent())
    answer(session, made.id or 0, AppealState.DENIED, "不成立", LEAD)
    with pytest.raises(DecidedError, match="最终"):
        appeal(session, one.id or 0, "还是不服", agent())
    with pytest.raises(DecidedError, match="已经处理"):
        answer(session, made.id or 0, AppealState.UPHELD, "改了主意", LEAD)


def test_appeals_end_after_five_working_days_and_answers_are_due_after_three(session: Session, one: Finding) -> None:
    until = datetime(2026, 11, 28, tzinfo=ZONE)
    assert read_finding(session, one.id or 0, agent()).appeal_until == until
    assert read_finding(session, one.id or 0, LEAD).appeal_until is None
    with pytest.raises(DecidedError, match="5 个工作日"):
        appeal(session, one.id or 0, "请复核", agent(at=until))
    made = appeal(session, one.id or 0, "请复核", agent(at=until - timedelta(seconds=1)))
    assert made.due_at == datetime(2026, 12, 3, tzinfo=ZONE)


def test_a_confirmation_opens_the_time_anew(session: Session, one: Finding) -> None:
    later = NOW + timedelta(days=20)
    decide(session, one.id or 0, Verdict.CONFIRM, "", person(at=later))
    assert appeal(session, one.id or 0, "请复核", agent(at=later)).state == AppealState.OPEN


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_withdrawn_appeal_leaves_the_finding_as_it_was(
    session: Session, talk: int, one: Finding, confirmed: bool
) -> None:
    if confirmed:
        decide(session, one.id or 0, Verdict.CONFIRM, "", LEAD)
    before = one.status
    made = appeal(session, one.id or 0, "请复核", agent())
    with pytest.raises(OwnWorkError):
        withdraw(session, made.id or 0, LEAD)
    withdraw(session, made.id or 0, agent())
    assert (one.status, score(session, talk)) == (before, 86.7)
    assert appeal(session, one.id or 0, "想好了", agent()).id != made.id


def test_what_does_not_count_needs_no_appeal(session: Session, one: Finding) -> None:
    one.gone_at = NOW
    with pytest.raises(DecidedError, match="不计分"):
        appeal(session, one.id or 0, "请复核", agent())


def test_an_appeal_without_words_is_refused_and_personal_data_in_it_masked(session: Session, one: Finding) -> None:
    with pytest.raises(WordsMissingError, match="申诉理由"):
        appeal(session, one.id or 0, " \n", agent())
    assert appeal(session, one.id or 0, "顾客 13955556666 说好", agent()).text == "顾客 [手机号] 说好"


def test_agents_see_their_own_appeals_and_leads_those_that_wait_too_long(session: Session, one: Finding) -> None:
    mine = appeal(session, one.id or 0, "请复核", agent())
    other = found(session, inspected(session, "c2", agent="xin"))
    theirs = appeal(session, other.id or 0, "请复核", agent("xin", at=NOW + timedelta(days=3)))
    assert [view.appeal_id for view in list_appeals(session, AppealFilter(), agent(), 9)] == [mine.id]
    assert [view.appeal_id for view in list_appeals(session, AppealFilter(), LEAD, 9)] == [theirs.id, mine.id]
    late = person(at=mine.due_at)
    overdue = list_appeals(session, AppealFilter(is_overdue=True), late, 9)
    assert [(view.appeal_id, view.is_overdue) for view in overdue] == [(mine.id, True)]


@pytest.mark.parametrize("outcome", [AppealState.UPHELD, AppealState.DENIED, AppealState.CHANGED])
def test_an_answer_is_final_and_nobody_overrules_it(session: Session, one: Finding, outcome: AppealState) -> None:
    made = appeal(session, one.id or 0, "已经查过", agent())
    answer(session, made.id or 0, outcome, "看过了", LEAD, Changes(points=15))
    status, points = one.status, one.points
    for verdict in Verdict:
        with pytest.raises(DecidedError, match="最终"):
            decide(session, one.id or 0, verdict, "改判", person("account:10"), Changes(points=5), again=True)
    assert (one.status, one.points) == (status, points)


def test_a_denied_appeal_leaves_the_finding_in_the_form_a_reviewer_gave_it(session: Session, one: Finding) -> None:
    decide(session, one.id or 0, Verdict.CHANGE, "轻", LEAD, Changes(points=10))
    made = appeal(session, one.id or 0, "已经查过", agent())
    answer(session, made.id or 0, AppealState.DENIED, "看过了", LEAD)
    assert one.points == 10


def test_the_time_to_appeal_begins_once_the_agent_can_see_the_finding(session: Session, talk: int) -> None:
    one = found(session, talk, is_held=True, created_at=NOW - timedelta(days=30))
    held = RuleMark(rule=one.rule, rule_version=1, right=0, cases=20, floor_01=0.6, marked_at=NOW - timedelta(days=31))
    held.lifted_at = NOW
    session.add(held)
    session.flush()
    follow_marks(session, NOW)
    until = read_finding(session, one.id or 0, agent()).appeal_until
    assert until == read_finding(session, found(session, talk, created_at=NOW).id or 0, agent()).appeal_until
    assert appeal(session, one.id or 0, "刚看到", agent()).state == AppealState.OPEN
