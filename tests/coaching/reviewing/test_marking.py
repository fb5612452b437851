"""Rules that err too often are no longer shown to agents."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from coaching.inspection.tables import Finding, Status
from coaching.reviewing.deciding import decide
from coaching.reviewing.findings import FindingFilter, list_findings
from coaching.reviewing.marking import follow_marks, marked_rules, precisions, update_marks
from coaching.reviewing.precision import MIN_CASES
from coaching.reviewing.tables import RuleMark, Verdict
from tests.coaching.reviewing.judged import agent, found, inspected, person, score
from tests.conftest import NOW


@pytest.fixture
def talk(session: Session) -> int:
    return inspected(session, "c1")


def _decided(session: Session, talk: int, status: Status, count: int, **fields: object) -> None:
    for place in range(count):
        at = NOW + timedelta(minutes=place)
        found(session, talk, status=status, decided_at=at, **fields)


def test_the_decision_that_takes_a_rule_below_its_floor_marks_it_and_its_findings_are_held(
    session: Session, talk: int
) -> None:
    _decided(session, talk, Status.REJECTED, MIN_CASES - 1)
    other = inspected(session, "c2")
    waiting, last = found(session, other), found(session, talk)
    assert score(session, other) == 86.7
    decide(session, last.id or 0, Verdict.REJECT, "又错了", person())
    assert marked_rules(session) == {("shirking", 1)}
    assert not follow_marks(session, NOW)
    assert (session.get(Finding, waiting.id).is_held, score(session, other)) == (True, 100.0)  # type: ignore[union-attr]
    assert list_findings(session, FindingFilter(), agent(), 9) == []
    [seen] = list_findings(session, FindingFilter(status=Status.OPEN), person(), 9)
    assert (seen.finding_id, seen.is_held, seen.counts) == (waiting.id, True, False)


def test_what_somebody_confirms_is_shown_though_its_rule_is_marked(session: Session, talk: int) -> None:
    _decided(session, talk, Status.REJECTED, MIN_CASES)
    one = found(session, talk, is_held=True)
    update_marks(session, NOW)
    decide(session, one.id or 0, Verdict.CONFIRM, "", person())
    assert [view.finding_id for view in list_findings(session, FindingFilter(), agent(), 9)] == [one.id]


def test_a_recovered_rule_is_shown_again_and_its_bad_time_stays_on_record(session: Session, talk: int) -> None:
    _decided(session, talk, Status.REJECTED, MIN_CASES)
    waiting = found(session, talk)
    update_marks(session, NOW)
    follow_marks(session, NOW)
    _decided(session, talk, Status.CONFIRMED, MIN_CASES * 2)
    update_marks(session, NOW + timedelta(days=1))
    follow_marks(session, NOW)
    assert marked_rules(session) == frozenset()
    assert session.get(Finding, waiting.id).is_held is False  # type: ignore[union-attr]
    mark = session.exec(select(RuleMark)).one()
    assert (mark.right, mark.cases, mark.marked_at, mark.lifted_at) == (0, MIN_CASES, NOW, NOW + timedelta(days=1))


def test_a_mended_rule_starts_afresh(session: Session, talk: int) -> None:
    _decided(session, talk, Status.REJECTED, MIN_CASES)
    update_marks(session, NOW)
    found(session, talk, rule_version=2)
    [now] = update_marks(session, NOW)
    assert (now.rule_version, now.cases, now.is_marked, marked_rules(session)) == (2, 0, False, frozenset())


def test_precision_is_reckoned_for_own_shops_the_worst_first(session: Session, talk: int) -> None:
    _decided(session, talk, Status.CONFIRMED, 3)
    _decided(session, talk, Status.REJECTED, 1)
    _decided(session, inspected(session, "c2", shop="bei"), Status.REJECTED, 2, rule="rude")
    found(session, talk, rule="vague")
    every = [(one.rule, one.right, one.cases, one.precision_01) for one in precisions(session)]
    assert every == [("rude", 0, 2, 0.0), ("shirking", 3, 4, 0.75), ("vague", 0, 0, None)]
    own = {one.rule: one.cases for one in precisions(session, frozenset({"mian"}))}
    assert own == {"shirking": 4, "vague": 0}, "what other shops found is not theirs to read"


def test_marks_are_followed_in_portions(session: Session, talk: int) -> None:
    _decided(session, talk, Status.REJECTED, MIN_CASES)
    for number in ("c2", "c3", "c4"):
        found(session, inspected(session, number))
    update_marks(session, NOW)
    assert [follow_marks(session, NOW, at_most=2), follow_marks(session, NOW, at_most=2)] == [True, False]
    assert session.exec(select(Finding.is_held).where(Finding.status == Status.REJECTED)).first() is False
    held = session.exec(select(Finding.is_held).where(Finding.status == Status.OPEN)).all()
    assert held == [True, True, True]


def test_rules_that_fail_a_conversation_have_the_higher_floor(session: Session, talk: int) -> None:
    found(session, talk, rule="off_platform", severity="critical")
    found(session, talk, rule="rude", severity="critical")
    found(session, talk, rule="custom-1", severity="critical")
    assert {one.rule: one.floor_01 for one in precisions(session)} == {
        "off_platform": 0.8,
        "rude": 0.6,
        "custom-1": 0.8,
    }


def test_without_marks_nothing_is_held(session: Session, talk: int) -> None:
    found(session, talk)
    assert follow_marks(session, NOW) is False


def test_what_agents_never_see_marks_no_rule_and_is_counted_apart(session: Session, talk: int) -> None:
    _decided(session, talk, Status.REJECTED, MIN_CASES, is_sure=False)
    _decided(session, talk, Status.CONFIRMED, 3)
    seen = found(session, talk)
    [now] = update_marks(session, NOW)
    assert (now.is_marked, marked_rules(session), now.right, now.cases) == (False, frozenset(), 3, 3)
    assert (now.unsure.right, now.unsure.cases, now.unsure.precision_01) == (0, MIN_CASES, 0.0)
    follow_marks(session, NOW)
    assert session.get(Finding, seen.id).is_held is False  # type: ignore[union-attr]


def test_who_leads_one_shop_reads_the_mark_that_all_shops_made(session: Session, talk: int) -> None:
    _decided(session, talk, Status.CONFIRMED, 2)
    _decided(session, inspected(session, "c2", shop="bei"), Status.REJECTED, MIN_CASES)
    update_marks(session, NOW)
    [own] = precisions(session, frozenset({"mian"}))
    assert (own.right, own.cases, own.is_marked) == (2, 2, True)
    update_marks(session, NOW)
    _decided(session, inspected(session, "c3", shop="hong"), Status.REJECTED, MIN_CASES, rule="rude")
    [other] = precisions(session, frozenset({"hong"}))
    assert (other.precision_01, other.is_marked) == (0.0, False), "no mark stands yet"
