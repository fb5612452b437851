"""Mystery visits."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from coaching.errors import (
    ConversationNotFoundError,
    DecidedError,
    OwnWorkError,
    VisitNotFoundError,
    WordsMissingError,
)
from coaching.inspection.rule import Dimension
from coaching.mystery.visiting import (
    VisitContent,
    VisitState,
    cancel_visit,
    get_visit,
    link_conversation,
    list_visits,
    plan_visit,
    unlink_conversation,
)
from coaching.reviewing.reviews import review_conversation
from coaching.reviewing.scorecard import Mark
from tests.coaching.inspection.stored import keep
from tests.coaching.reviewing.judged import agent, found, inspected, person
from tests.conftest import NOW

LEAD = person()
SHOPPER = agent("xin")
CONTENT = VisitContent("问尺码", "先问尺码，再说要退货", "mian", SHOPPER.actor_id, "小新", date(2026, 11, 25))


def test_a_visit_is_played_and_scored_by_the_same_card_as_all_conversations(session: Session) -> None:
    number = plan_visit(session, CONTENT, LEAD).id or 0
    assert get_visit(session, number, SHOPPER).state == VisitState.PLANNED
    talk = inspected(session, "c1")
    found(session, talk)
    link_conversation(session, number, "c1", "回得很快", SHOPPER)
    made = review_conversation(session, talk, {Dimension.SOLVING: Mark(100)}, LEAD)
    view = get_visit(session, number, LEAD)
    assert (view.state, view.conversation, view.agent, view.note) == ("played", "c1", "lin", "回得很快")
    assert (view.score, view.failed, view.review_id, view.review_score) == (86.7, False, made.id, 100.0)
    played = get_visit(session, number, SHOPPER)
    assert (played.conversation, played.note) == ("c1", "回得很快")
    assert (played.score, played.failed, played.review_id, played.review_score, played.review_failed) == (None,) * 5


def test_only_the_named_person_and_who_leads_know_of_a_visit(session: Session) -> None:
    number = plan_visit(session, CONTENT, LEAD).id or 0
    assert [one.visit_id for one in list_visits(session, SHOPPER, 9)] == [number]
    assert list_visits(session, agent("lin"), 9) == []
    assert list_visits(session, person(shops=frozenset({"bei"})), 9) == []
    with pytest.raises(VisitNotFoundError):
        get_visit(session, number, agent("lin"))


def test_a_visit_nobody_played_in_time_is_overdue_and_may_still_be_played(session: Session) -> None:
    number = plan_visit(session, CONTENT, LEAD).id or 0
    late = person(at=NOW + timedelta(days=5))
    assert get_visit(session, number, late).state == VisitState.OVERDUE
    assert [one.visit_id for one in list_visits(session, late, 9, state=VisitState.OVERDUE)] == [number]
    assert list_visits(session, late, 9, state=VisitState.PLANNED) == []
    inspected(session, "c1")
    link_conversation(session, number, "c1", "", late)
    assert [one.visit_id for one in list_visits(session, late, 9, state=VisitState.PLAYED)] == [number]


def test_only_conversations_of_its_shop_are_linked_and_only_once(session: Session) -> None:
    number = plan_visit(session, CONTENT, LEAD).id or 0
    inspected(session, "elsewhere", shop="bei")
    with pytest.raises(ConversationNotFoundError):
        link_conversation(session, number, "elsewhere", "", SHOPPER)
    inspected(session, "c1")
    link_conversation(session, number, "c1", "", SHOPPER)
    with pytest.raises(DecidedError):
        link_conversation(session, number, "c1", "", SHOPPER)
    with pytest.raises(DecidedError):
        cancel_visit(session, number, LEAD)


def test_a_cancelled_visit_is_not_played(session: Session) -> None:
    number = plan_visit(session, CONTENT, LEAD).id or 0
    cancel_visit(session, number, LEAD)
    assert get_visit(session, number, LEAD).state_term == "已取消"
    assert [one.visit_id for one in list_visits(session, LEAD, 9, state=VisitState.CANCELLED)] == [number]
    with pytest.raises(DecidedError):
        link_conversation(session, number, "c1", "", SHOPPER)


def test_a_visit_wants_a_script_a_shop_one_sees_and_a_day_to_come(session: Session) -> None:
    with pytest.raises(WordsMissingError, match="脚本"):
        plan_visit(session, replace(CONTENT, script=""), LEAD)
    with pytest.raises(VisitNotFoundError):
        plan_visit(session, CONTENT, person(shops=frozenset({"bei"})))
    with pytest.raises(DecidedError, match="截止日期"):
        plan_visit(session, replace(CONTENT, due_on=date(2026, 11, 20)), LEAD)


def test_a_number_is_the_shops_own_before_it_is_a_row_and_two_of_it_are_refused(session: Session) -> None:
    number = plan_visit(session, CONTENT, LEAD).id or 0
    first = inspected(session, "900")
    second = inspected(session, str(first))
    assert link_conversation(session, number, str(first), "", SHOPPER).conversation_id == second
    unlink_conversation(session, number, LEAD)
    assert link_conversation(session, number, str(second), "", SHOPPER).conversation_id == second
    unlink_conversation(session, number, LEAD)
    keep(session, "900", "C 在吗", "A 在", platform="jd")
    with pytest.raises(ConversationNotFoundError, match="几个平台"):
        link_conversation(session, number, "900", "", SHOPPER)
    with pytest.raises(ConversationNotFoundError, match="没有编号"):
        link_conversation(session, number, "nowhere", "", SHOPPER)


def test_who_leads_takes_a_wrong_link_back_and_the_visit_waits_again(session: Session) -> None:
    number = plan_visit(session, CONTENT, LEAD).id or 0
    with pytest.raises(DecidedError, match="还没有登记"):
        unlink_conversation(session, number, LEAD)
    inspected(session, "c1")
    inspected(session, "c2")
    link_conversation(session, number, "c1", "", SHOPPER)
    with pytest.raises(OwnWorkError, match="主管"):
        unlink_conversation(session, number, SHOPPER)
    unlink_conversation(session, number, LEAD)
    assert get_visit(session, number, LEAD).state == VisitState.PLANNED
    link_conversation(session, number, "c2", "", SHOPPER)
    assert get_visit(session, number, LEAD).conversation == "c2"


def test_nobody_links_a_conversation_they_answered(session: Session) -> None:
    number = plan_visit(session, CONTENT, LEAD).id or 0
    inspected(session, "c1", agent="xin")
    with pytest.raises(OwnWorkError):
        link_conversation(session, number, "c1", "", SHOPPER)
    assert get_visit(session, number, LEAD).conversation is None


def test_a_visit_is_for_a_person_who_sees_the_shop(session: Session) -> None:
    with pytest.raises(VisitNotFoundError, match="小新看不到"):
        plan_visit(session, replace(CONTENT, person_shops=frozenset({"bei"})), LEAD)
    number = plan_visit(session, replace(CONTENT, person_shops=frozenset({"mian"})), LEAD).id or 0
    inspected(session, "c1")
    moved = agent("xin", shops=frozenset({"bei"}))
    with pytest.raises(VisitNotFoundError):
        link_conversation(session, number, "c1", "", moved)
    assert list_visits(session, moved, 9) == []
