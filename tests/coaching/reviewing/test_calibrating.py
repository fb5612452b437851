"""Several people, one conversation."""

import pytest
from sqlmodel import Session

from coaching.errors import (
    CalibrationNotFoundError,
    DecidedError,
    FindingNotFoundError,
    OwnWorkError,
    WordsMissingError,
)
from coaching.inspection.rule import Dimension
from coaching.inspection.tables import Status
from coaching.reviewing.calibrating import (
    close_calibration,
    get_calibration,
    hand_in_sheet,
    list_calibrations,
    open_calibration,
)
from coaching.reviewing.scorecard import Mark
from coaching.reviewing.tables import Verdict
from tests.coaching.reviewing.judged import found, inspected, person, score

ONE, OTHER = person("account:1"), person("account:2")
STRICT = {Dimension.SOLVING: Mark(40, "没有给出路"), Dimension.ATTITUDE: Mark(60, "生硬")}
MILD = {Dimension.SOLVING: Mark(80, "慢了点")}


@pytest.fixture
def talk(session: Session) -> int:
    return inspected(session, "c1")


def test_people_judge_apart_and_compare_once_it_is_closed(session: Session, talk: int) -> None:
    ids = [found(session, talk).id or 0 for _ in range(4)]
    number = open_calibration(session, talk, "十一月第一次", ONE).id or 0
    right, wrong = Verdict.CONFIRM, Verdict.REJECT
    hand_in_sheet(session, number, STRICT, dict(zip(ids, (right, right, wrong, wrong), strict=True)), ONE)
    hand_in_sheet(session, number, MILD, dict(zip(ids[:3], (right, wrong, wrong), strict=True)), OTHER, "第四条没把握")
    before = get_calibration(session, number, ONE)
    assert ([one.by for one in before.sheets], before.handed_in, before.comparison) == (["account:1"], 2, None)
    close_calibration(session, number, "不给出路就算推诿", OTHER)
    after = get_calibration(session, number, ONE)
    assert ([one.by for one in after.sheets], after.conclusion) == (["account:1", "account:2"], "不给出路就算推诿")
    assert after.comparison is not None
    agreed = after.comparison.findings
    assert (agreed.items, agreed.percent_01, agreed.kappa) == (3, pytest.approx(2 / 3), pytest.approx(0.4))
    spreads = [(one.term, one.range) for one in after.comparison.spreads]
    assert spreads == [("总分", pytest.approx(31.4)), ("问题解决", 40), ("服务态度", 0)]


def test_a_calibration_changes_neither_score_nor_finding(session: Session, talk: int) -> None:
    one = found(session, talk)
    number = open_calibration(session, talk, "校准", ONE).id or 0
    hand_in_sheet(session, number, STRICT, {one.id or 0: Verdict.REJECT}, ONE)
    close_calibration(session, number, "", ONE)
    assert (one.status, score(session, talk)) == (Status.OPEN, 86.7)


def test_a_sheet_is_handed_in_once_and_not_after_the_end(session: Session, talk: int) -> None:
    number = open_calibration(session, talk, "校准", ONE).id or 0
    hand_in_sheet(session, number, STRICT, {}, ONE)
    with pytest.raises(DecidedError, match="不能再改"):
        hand_in_sheet(session, number, MILD, {}, ONE)
    close_calibration(session, number, "", ONE)
    with pytest.raises(DecidedError, match="已经结束"):
        hand_in_sheet(session, number, MILD, {}, OTHER)
    with pytest.raises(DecidedError):
        close_calibration(session, number, "", ONE)


def test_findings_of_other_conversations_and_those_who_wrote_in_it_are_refused(session: Session, talk: int) -> None:
    strange = found(session, inspected(session, "c2")).id or 0
    number = open_calibration(session, talk, "校准", ONE).id or 0
    with pytest.raises(FindingNotFoundError, match="不属于这段会话"):
        hand_in_sheet(session, number, MILD, {strange: Verdict.CONFIRM}, ONE)
    with pytest.raises(OwnWorkError):
        hand_in_sheet(session, number, MILD, {}, person("account:3", agent="lin"))
    with pytest.raises(CalibrationNotFoundError):
        hand_in_sheet(session, number, MILD, {}, person("account:3", shops=frozenset({"bei"})))
    with pytest.raises(WordsMissingError):
        open_calibration(session, talk, " ", ONE)


def test_calibrations_are_listed_newest_first_and_open_ones_alone(session: Session, talk: int) -> None:
    numbers = [open_calibration(session, talk, title, ONE).id or 0 for title in ("甲", "乙")]
    close_calibration(session, numbers[1], "", ONE)
    assert [one.title for one in list_calibrations(session, ONE, 9)] == ["乙", "甲"]
    assert [one.title for one in list_calibrations(session, ONE, 9, only_open=True)] == ["甲"]
    assert [one.title for one in list_calibrations(session, ONE, 9, numbers[1])] == ["甲"]
    assert list_calibrations(session, person(shops=frozenset({"bei"})), 9) == []


def test_nobody_closes_the_calibration_of_a_conversation_they_wrote_in(session: Session, talk: int) -> None:
    number = open_calibration(session, talk, "一", ONE).id or 0
    with pytest.raises(OwnWorkError):
        close_calibration(session, number, "都对", person("account:3", agent="lin"))
    assert get_calibration(session, number, ONE).closed_at is None
