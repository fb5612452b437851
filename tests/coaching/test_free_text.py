"""What people type anywhere in the coaching half is stored without personal data."""

from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session, SQLModel

from coaching.cases.library import CaseContent, change_case, keep_case, keep_finding
from coaching.cases.tables import CaseKind
from coaching.inspection.rule import Dimension
from coaching.mystery.visiting import VisitContent, link_conversation, plan_visit
from coaching.reviewing.appealing import answer, appeal
from coaching.reviewing.calibrating import close_calibration, hand_in_sheet, open_calibration
from coaching.reviewing.deciding import Changes, decide
from coaching.reviewing.queue import QueueFilter, draw_sample, review_queue, skip_task
from coaching.reviewing.reviews import review_conversation
from coaching.reviewing.sampling import Plan
from coaching.reviewing.scorecard import Mark
from coaching.reviewing.tables import AppealState, Verdict
from coaching.suggestion_box import answer_entry, send_entry
from coaching.suggestion_box_tables import EntryKind, EntryStatus
from tests.coaching.reviewing.judged import agent, found, inspected, person
from tests.conftest import NOW

PHONE = "13955556666"
TYPED = f"请拨 {PHONE}"
LEAD, OTHER = person(), person("account:10")
MARKS = {Dimension.SOLVING: Mark(60, TYPED)}
CHANGES = Changes(better_reply=TYPED, reason=TYPED, points=5)


def _review(session: Session) -> None:
    inspected(session, "c1")
    draw_sample(session, LEAD, Plan(random=9), date(2026, 11, 19), date(2026, 11, 19), seed=TYPED)
    [queued] = review_queue(session, QueueFilter(), LEAD, 9)
    skip_task(session, queued.task_id, TYPED, LEAD)
    review_conversation(session, queued.conversation_id, MARKS, LEAD, TYPED)
    calibration = open_calibration(session, queued.conversation_id, TYPED, LEAD).id or 0
    hand_in_sheet(session, calibration, MARKS, {}, LEAD, TYPED)
    close_calibration(session, calibration, TYPED, LEAD)


def _decide(session: Session) -> None:
    talk = inspected(session, "c2")
    for verdict in Verdict:
        decide(session, found(session, talk).id or 0, verdict, TYPED, LEAD, CHANGES)
    for outcome in (AppealState.UPHELD, AppealState.CHANGED, AppealState.DENIED):
        made = appeal(session, found(session, talk).id or 0, TYPED, agent())
        answer(session, made.id or 0, outcome, TYPED, LEAD, CHANGES)


def _keep_cases(session: Session) -> None:
    names = ("title", "reply", "situation", "better_reply", "lesson", "rule", "intent", "dimension")
    content = replace(CaseContent(CaseKind.GOOD, "", ""), **dict.fromkeys(names, TYPED), tags=(TYPED,))
    keep_case(session, content, LEAD)
    change_case(session, keep_case(session, content, LEAD).id or 0, content, LEAD)
    keep_finding(session, found(session, inspected(session, "c3")).id or 0, LEAD, [TYPED])


def _play(session: Session) -> None:
    content = VisitContent(TYPED, TYPED, "mian", OTHER.actor_id, "小新", NOW.date() + timedelta(days=1))
    inspected(session, "c4")
    link_conversation(session, plan_visit(session, content, LEAD).id or 0, "c4", TYPED, OTHER)


def _suggest(session: Session) -> None:
    sent = send_entry(session, EntryKind.COMPLAINT, TYPED, agent())
    answer_entry(session, sent.id or 0, EntryStatus.DONE, TYPED, LEAD)


def test_a_phone_number_typed_into_any_field_is_stored_nowhere(session: Session) -> None:
    seen = 0
    for do in (_review, _decide, _keep_cases, _play, _suggest):
        do(session)
        masked = 0
        for table in SQLModel.metadata.sorted_tables:
            rows = str(session.execute(table.select()).all())
            assert PHONE not in rows, (do.__name__, table.name)
            masked += rows.count("[手机号]")
        assert masked > seen, do.__name__
        seen = masked
