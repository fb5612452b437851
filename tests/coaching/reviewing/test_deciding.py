"""What people make of findings."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from coaching.errors import (
    DecidedError,
    FindingNotFoundError,
    OwnWorkError,
    ScorecardError,
    WordsMissingError,
)
from coaching.inspection.tables import Finding, Status
from coaching.reviewing.deciding import Changes, decide
from coaching.reviewing.findings import FindingFilter, decisions_of, list_findings
from coaching.reviewing.tables import Verdict
from tests.coaching.reviewing.judged import agent, found, inspected, person, score
from tests.conftest import NOW

LEAD = person()


@pytest.fixture
def talk(session: Session) -> int:
    return inspected(session, "c1")


def test_a_rejected_finding_no_longer_costs_points(session: Session, talk: int) -> None:
    one = found(session, talk)
    before = score(session, talk)
    decide(session, one.id or 0, Verdict.REJECT, "顾客问的就是页面上写的", LEAD)
    assert (one.status, one.decided_at, before, score(session, talk)) == (Status.REJECTED, NOW, 86.7, 100.0)


def test_a_confirmed_finding_costs_points_though_the_rule_was_not_sure(session: Session, talk: int) -> None:
    one = found(session, talk, is_sure=False)
    assert score(session, talk) == 100.0
    decide(session, one.id or 0, Verdict.CONFIRM, "", LEAD)
    assert score(session, talk) == 86.7


def test_a_change_counts_in_its_new_form_and_the_old_one_is_on_record(session: Session, talk: int) -> None:
    one = found(session, talk)
    changes = Changes(severity="critical", points=50, better_reply="请拨 13955556666")
    made = decide(session, one.id or 0, Verdict.CHANGE, "比规则说的严重", LEAD, changes)
    assert (one.severity, one.points, one.better_reply) == ("critical", 50, "请拨 [手机号]")
    assert made.before == {"severity": "normal", "points": 30.0, "better_reply": "亲，现货付款后 48 小时内发出。"}
    assert score(session, talk) == 0.0


def test_every_decision_is_kept_and_overruling_one_is_said_so(session: Session, talk: int) -> None:
    one = found(session, talk)
    decide(session, one.id or 0, Verdict.REJECT, "没问题", LEAD)
    second = person("account:10", at=NOW + timedelta(hours=1))
    with pytest.raises(DecidedError, match="改判"):
        decide(session, one.id or 0, Verdict.CONFIRM, "", second)
    decide(session, one.id or 0, Verdict.CONFIRM, "看错了", second, again=True)
    history = decisions_of(session, one.id or 0, LEAD)
    assert [(view.by, view.verdict) for view in history] == [("account:10", "confirm"), ("account:9", "reject")]
    assert one.status == Status.CONFIRMED


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.CHANGE])
def test_rejecting_and_changing_want_a_reason(session: Session, talk: int, verdict: Verdict) -> None:
    one = found(session, talk)
    with pytest.raises(WordsMissingError, match="理由"):
        decide(session, one.id or 0, verdict, "  ", LEAD, Changes(points=1))
    assert one.status == Status.OPEN


def test_a_change_of_nothing_or_to_nonsense_is_refused(session: Session, talk: int) -> None:
    one = found(session, talk)
    with pytest.raises(WordsMissingError, match="至少改动一项"):
        decide(session, one.id or 0, Verdict.CHANGE, "改", LEAD, Changes(points=30.0))
    with pytest.raises(ScorecardError, match="0 和 100"):
        decide(session, one.id or 0, Verdict.CHANGE, "改", LEAD, Changes(points=101))


def test_nobody_decides_on_their_own_replies(session: Session, talk: int) -> None:
    one = found(session, talk)
    with pytest.raises(OwnWorkError):
        decide(session, one.id or 0, Verdict.REJECT, "没问题", person(agent="lin"))


def test_what_is_no_longer_found_is_not_decided(session: Session, talk: int) -> None:
    one = found(session, talk, gone_at=NOW)
    with pytest.raises(DecidedError, match="已不成立"):
        decide(session, one.id or 0, Verdict.CONFIRM, "", LEAD)


@pytest.mark.parametrize("number", [-1, 999, 2**40])
def test_a_finding_that_is_not_there_is_not_found(session: Session, number: int) -> None:
    with pytest.raises(FindingNotFoundError):
        decide(session, number, Verdict.CONFIRM, "", LEAD)


def test_findings_of_other_shops_are_not_there(session: Session, talk: int) -> None:
    one = found(session, talk)
    with pytest.raises(FindingNotFoundError):
        decide(session, one.id or 0, Verdict.CONFIRM, "", person(shops=frozenset({"bei"})))


def test_agents_see_their_own_that_count_and_nothing_else(session: Session, talk: int) -> None:
    sure, unsure, held = found(session, talk), found(session, talk, is_sure=False), found(session, talk, is_held=True)
    rejected = found(session, talk, status=Status.REJECTED)
    other = inspected(session, "c2", agent="xin")
    others = found(session, other)
    gone = found(session, talk, gone_at=NOW)

    def seen(actor: object) -> set[int]:
        return {view.finding_id for view in list_findings(session, FindingFilter(), actor, 50)}  # type: ignore[arg-type]

    assert seen(agent("lin")) == {sure.id}
    assert seen(agent("nobody")) == set()
    everything = {one.id for one in (sure, unsure, held, rejected, others)}
    assert seen(LEAD) == everything == seen(person(leads=False, trains=True))
    assert gone.id not in everything


def test_the_list_is_narrowed_and_paged(session: Session, talk: int) -> None:
    first, second = found(session, talk), found(session, talk, rule="rude", severity="critical")
    assert [view.finding_id for view in list_findings(session, FindingFilter(rule="rude"), LEAD, 5)] == [second.id]
    assert [view.finding_id for view in list_findings(session, FindingFilter(), LEAD, 1)] == [second.id]
    rest = list_findings(session, FindingFilter(), LEAD, 5, second.id)
    assert [(view.finding_id, view.rule_term, view.dimension_term) for view in rest] == [(first.id, "推诿", "问题解决")]
    assert session.exec(select(Finding)).first() is not None


def test_what_a_later_decision_overrules_is_undone_first(session: Session, talk: int) -> None:
    one = found(session, talk)
    number = one.id or 0
    decide(session, number, Verdict.CHANGE, "重", LEAD, Changes(severity="critical", points=50))
    decide(session, number, Verdict.CHANGE, "轻", LEAD, Changes(points=10, better_reply="马上查"), again=True)
    assert (one.severity, one.points, one.better_reply) == ("normal", 10, "马上查")
    with pytest.raises(WordsMissingError, match="至少改动一项"):
        decide(session, number, Verdict.CHANGE, "改", LEAD, Changes(points=30), again=True)
    assert one.points == 10, "a refused decision undoes nothing"
    made = decide(session, number, Verdict.CONFIRM, "规则是对的", LEAD, again=True)
    assert (one.severity, one.points, one.better_reply) == ("normal", 30.0, "亲，现货付款后 48 小时内发出。")
    assert (made.before["points"], made.after["points"], score(session, talk)) == (10, 30.0, 86.7)
