"""Drawn conversations, until somebody reviewed them or said why not."""

from datetime import date

import pytest
from sqlmodel import Session

from coaching.errors import (
    ConversationNotFoundError,
    DecidedError,
    OwnWorkError,
    ReviewNotFoundError,
    WordsMissingError,
)
from coaching.inspection.rule import Dimension
from coaching.reviewing.queue import QueueFilter, draw_sample, review_queue, skip_task
from coaching.reviewing.reviews import ReviewFilter, get_review, list_reviews, review_conversation
from coaching.reviewing.sampling import Plan, Way
from coaching.reviewing.scorecard import Mark
from coaching.reviewing.tables import TaskState
from tests.coaching.inspection.stored import keep
from tests.coaching.reviewing.judged import found, inspected, person

LEAD = person()
DAYS = (date(2026, 11, 19), date(2026, 11, 19))
ALL = Plan(random=100, per_agent=0, risk=0)
MARKS = {Dimension.SOLVING: Mark(60, "没有给出路"), Dimension.ATTITUDE: Mark(100)}


def test_a_draw_queues_conversations_with_what_is_known_of_them(session: Session) -> None:
    calm = inspected(session, "calm", rating=5)
    bad = inspected(session, "bad", agent="xin", rating=1)
    found(session, bad, severity="critical", dimension="compliance")
    keep(session, "fresh", "C 在吗", "A 在")
    sample = draw_sample(session, LEAD, Plan(random=0, per_agent=0, risk=9), *DAYS, seed="s")
    assert (sample.candidates, [one.conversation_id for one in sample.drawn]) == (3, [bad])
    [queued] = review_queue(session, QueueFilter(), LEAD, 9)
    assert (queued.conversation, queued.way, queued.score, queued.failed, queued.unconfirmed) == (
        "bad",
        "risk",
        0.0,
        True,
        1,
    )
    assert queued.reasons == (
        "风险最高的一批", "有 1 条一票否决的命中", "顾客评价 1 星", "质检分 0", "有 1 条命中还没有人确认",
    )  # fmt: skip
    second = draw_sample(session, LEAD, ALL, *DAYS)
    assert calm in {one.conversation_id for one in second.drawn}
    assert bad not in {one.conversation_id for one in second.drawn}, "it waits already"
    assert second.candidates == 2


def test_only_days_and_shops_asked_for_are_drawn_from(session: Session) -> None:
    inspected(session, "mian-1")
    inspected(session, "bei-1", shop="bei")
    assert draw_sample(session, LEAD, ALL, date(2026, 11, 20), date(2026, 11, 30), dry=True).candidates == 0
    assert draw_sample(session, LEAD, ALL, *DAYS, shop="bei", dry=True).candidates == 1
    own = person(shops=frozenset({"mian"}))
    assert draw_sample(session, own, ALL, *DAYS, dry=True).candidates == 1
    draw_sample(session, LEAD, ALL, *DAYS)
    assert [one.conversation for one in review_queue(session, QueueFilter(), own, 9)] == ["mian-1"]


def test_a_dry_draw_tells_the_same_and_queues_nothing(session: Session) -> None:
    for number in range(6):
        inspected(session, f"c{number}")
    plan = Plan(random=3, per_agent=0, risk=0)
    dry = draw_sample(session, LEAD, plan, *DAYS, seed="s", dry=True)
    assert (dry.draw_id, review_queue(session, QueueFilter(), LEAD, 9)) == (None, [])
    assert draw_sample(session, LEAD, plan, *DAYS, seed="s").drawn == dry.drawn


def test_a_reviewed_conversation_leaves_the_queue_and_is_not_drawn_again_until_it_changes(session: Session) -> None:
    talk = inspected(session, "c1")
    draw_sample(session, LEAD, ALL, *DAYS)
    made = review_conversation(session, talk, MARKS, LEAD, "总体还行")
    assert (made.score, made.failed, made.rule_set) == (
        pytest.approx((60 * 20 + 100 * 15) / 35, abs=0.05),
        False,
        "general-default",
    )
    assert review_queue(session, QueueFilter(), LEAD, 9) == []
    [done] = review_queue(session, QueueFilter(TaskState.DONE), LEAD, 9)
    assert (done.settled_by, done.way) == ("account:9", Way.RANDOM)
    assert draw_sample(session, LEAD, ALL, *DAYS, dry=True).candidates == 0
    keep(session, "c1", "C 什么时候发货", "A 您好", "A 不知道，自己看页面", "C 好吧")
    session.commit()
    assert draw_sample(session, LEAD, ALL, *DAYS, dry=True).candidates == 1
    assert get_review(session, made.id or 0, LEAD).is_outdated


def test_skipping_wants_a_reason_and_happens_once(session: Session) -> None:
    inspected(session, "c1")
    draw_sample(session, LEAD, ALL, *DAYS)
    [queued] = review_queue(session, QueueFilter(), LEAD, 9)
    with pytest.raises(WordsMissingError, match="跳过的原因"):
        skip_task(session, queued.task_id, " ", LEAD)
    with pytest.raises(ReviewNotFoundError):
        skip_task(session, queued.task_id, "重复", person(shops=frozenset({"bei"})))
    assert skip_task(session, queued.task_id, "重复", LEAD).note == "重复"
    with pytest.raises(DecidedError):
        skip_task(session, queued.task_id, "重复", LEAD)


def test_a_second_look_is_another_review_and_both_stay(session: Session) -> None:
    talk = inspected(session, "c1")
    found(session, talk)
    for marks in (MARKS, {Dimension.SOLVING: Mark(100)}):
        review_conversation(session, talk, marks, LEAD)
    views = list_reviews(session, ReviewFilter(conversation_id=talk), LEAD, 9)
    assert [(view.score, view.rules_score) for view in views] == [(100.0, 86.7), (77.1, 86.7)]
    assert list_reviews(session, ReviewFilter(), person(shops=frozenset({"bei"})), 9) == []
    assert [view.review_id for view in list_reviews(session, ReviewFilter(), LEAD, 9, views[0].review_id)] == [
        views[1].review_id
    ]


def test_nobody_reviews_a_conversation_they_wrote_in(session: Session) -> None:
    talk = inspected(session, "c1")
    with pytest.raises(OwnWorkError):
        review_conversation(session, talk, MARKS, person(agent="lin"))
    with pytest.raises(ConversationNotFoundError):
        review_conversation(session, talk, MARKS, person(shops=frozenset({"bei"})))
    with pytest.raises(ReviewNotFoundError):
        get_review(session, 99, LEAD)


def test_nobody_skips_a_conversation_they_wrote_in(session: Session) -> None:
    inspected(session, "c1")
    draw_sample(session, LEAD, ALL, *DAYS)
    [queued] = review_queue(session, QueueFilter(), LEAD, 9)
    with pytest.raises(OwnWorkError):
        skip_task(session, queued.task_id, "没什么好看的", person(agent="lin"))
    assert len(review_queue(session, QueueFilter(), LEAD, 9)) == 1
