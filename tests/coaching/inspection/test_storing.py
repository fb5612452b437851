"""Findings are kept with their evidence, once, and never lost."""

from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from coaching.conversations.erasing import erase_customer
from coaching.conversations.tables import Conversation, Message
from coaching.inspection.inspector import Inspector
from coaching.inspection.pending import Wanted, inspect_stored, next_pending
from coaching.inspection.ports import KnownCard, NoKnowledge
from coaching.inspection.rules import BY_ID, RULES
from coaching.inspection.storing import store_inspections
from coaching.inspection.tables import CustomerMood, Finding, Inspection, Status
from coaching.inspection.vector_memory import VectorMemory
from coaching.reviewing.tables import RuleMark
from kb.content import Fact
from tests.coaching.inspection.fakes import FakeEncoder, FakeKnowledge
from tests.coaching.inspection.stored import LATER, RUDE, ZONE, findings, inspect, keep
from tests.conftest import NOW

SHIPPING = KnownCard(
    7, 3, "下单后多久能发货？", ("亲，付款后 48 小时内发出哦",),
    (Fact(subject="现货", predicate="发货时限", value="48", unit="小时"),), intent="发货时间",
)  # fmt: skip
WRONG = ("C 拍下多久发货", "A 您好，72小时内发货哦", "C 好的谢谢", "A 不客气，祝您生活愉快，再见")


def test_a_finding_says_what_was_found_by_which_versions_and_where(session: Session) -> None:
    keep(session, "a", *WRONG)
    inspect(session, FakeKnowledge(SHIPPING))
    [found] = findings(session, "wrong_fact")
    messages = session.exec(select(Message).order_by(Message.index)).all()  # type: ignore[arg-type]
    assert (found.message_ids, found.context_ids) == ([messages[1].id], [messages[0].id])
    assert (found.rule_version, found.rule_set, found.rule_set_version) == (
        BY_ID["wrong_fact"].version,
        "taobao-default",
        1,
    )
    assert (found.card_id, found.card_version, found.better_reply) == (7, 3, SHIPPING.replies[0])
    assert "48" in str(found.card_quote)
    assert "72" in found.quote
    assert (found.dimension, found.severity, found.points) == ("expertise", "normal", BY_ID["wrong_fact"].deduction)
    assert (found.agent, found.shop, found.intent, found.round_card_id) == ("lin", "mian", "发货时间", 7)
    assert (found.said_at, found.created_at, found.status) == (messages[1].sent_at, LATER, Status.OPEN)
    [inspection] = session.exec(select(Inspection)).all()
    assert found.inspection_id == inspection.id
    assert inspection.score is not None
    assert inspection.score < 100
    assert inspection.dimensions["expertise"]["score"] < 100
    assert inspection.pace["first_response_s"] == 20


def test_dimensions_to_which_nothing_applies_are_absent(session: Session) -> None:
    keep(session, "bot", "C 在吗", "B 您好，请问有什么可以帮您")
    keep(session, "system", "S 会话开始")
    inspect(session)
    bot, system = session.exec(select(Inspection).order_by(Inspection.id)).all()  # type: ignore[arg-type]
    assert "attitude" not in bot.dimensions
    assert (system.score, system.failed, system.dimensions) == (None, False, {})


def test_inspecting_the_same_state_twice_writes_nothing(session: Session) -> None:
    keep(session, "a", *RUDE, customer="小鱼")
    keep(session, "b", "C 骗子，垃圾店", "A 抱歉亲")
    assert inspect(session).conversations == 2
    before = [row.model_dump() for table in (Inspection, Finding, CustomerMood) for row in session.exec(select(table))]
    assert inspect(session).conversations == 0
    written: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda _c, _k, sql, *_: written.append(sql))
    again = inspect(session, again=True)
    assert (again.conversations, again.new, again.updated, again.gone) == (2, 0, 0, 0)
    assert [sql for sql in written if not sql.startswith(("SELECT", "BEGIN"))] == []
    session.expire_all()
    assert before == [
        row.model_dump() for table in (Inspection, Finding, CustomerMood) for row in session.exec(select(table))
    ]


def test_a_conversation_that_grew_is_inspected_again(session: Session) -> None:
    keep(session, "a", "C 衣服掉色怎么办")
    inspect(session)
    [unanswered] = findings(session, "unanswered")
    keep(session, "a", "C 衣服掉色怎么办", "A 您好，给您退换，麻烦拍张照片发来，我马上处理，有问题随时找我，再见")
    stored = inspect(session)
    assert stored.gone >= 1
    session.refresh(unanswered)
    assert unanswered.gone_at == LATER
    first, second = session.exec(select(Inspection).order_by(Inspection.id)).all()  # type: ignore[arg-type]
    assert [first.is_current, second.is_current] == [False, True]
    assert [first.conversation_version, second.conversation_version] == [1, 2]


def test_evidence_follows_its_message_when_another_comes_before_it(session: Session) -> None:
    numbered = [{"role": "customer", "text": "尺码表在哪", "message_id": "1"},
                {"role": "agent", "text": "你自己不会看吗", "message_id": "3"}]  # fmt: skip
    keep(session, "a", messages=numbered)
    inspect(session)
    [before] = [list(one.message_ids) for one in findings(session, "rude")]
    late = {"role": "customer", "text": "有人吗", "message_id": "2"}
    keep(session, "a", messages=[numbered[0], late, numbered[1]])
    inspect(session)
    [after] = findings(session, "rude")
    assert after.message_ids == before
    message = session.get(Message, before[0])
    assert message is not None
    assert (message.index, message.text) == (2, "你自己不会看吗")


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.REJECTED, Status.APPEALED])
def test_what_somebody_decided_stands_whatever_comes(session: Session, status: Status) -> None:
    keep(session, "a", "C 衣服掉色怎么办")
    inspect(session)
    [found] = findings(session, "unanswered")
    found.status, found.decided_at = status, NOW
    session.add(found)
    session.commit()
    keep(session, "a", "C 衣服掉色怎么办", "A 您好，给您退换")
    inspect(session)
    inspect(session, rules=[replace(rule, version=rule.version + 1) for rule in RULES], again=True)
    [still] = findings(session, "unanswered")
    assert (still.status, still.gone_at, still.rule_version) == (status, None, BY_ID["unanswered"].version)


def test_another_card_version_follows_the_old_finding_and_never_rewrites_it(session: Session) -> None:
    keep(session, "a", *WRONG)
    inspect(session, FakeKnowledge(SHIPPING))
    reply = "亲，付款后 24 小时内发出哦"
    changed = replace(SHIPPING, version=4, replies=(reply,), facts=(replace_value(SHIPPING.facts[0], "24"),))
    stored = inspect(session, FakeKnowledge(changed), again=True)
    old, new = findings(session, "wrong_fact")
    assert (old.card_version, old.better_reply, old.gone_at) == (3, SHIPPING.replies[0], LATER)
    assert (new.card_version, new.better_reply, new.gone_at, new.previous_id) == (4, reply, None, old.id)
    assert stored.followed >= 1


def replace_value(fact: Fact, value: str) -> Fact:
    return fact.model_copy(update={"value": value})


def test_other_rules_make_another_inspection_and_the_old_one_stays(session: Session) -> None:
    keep(session, "a", *RUDE)
    inspect(session)
    inspect(session, rules=[BY_ID["rude"]], again=True)
    first, second = session.exec(select(Inspection).order_by(Inspection.id)).all()  # type: ignore[arg-type]
    assert first.rules != second.rules
    assert [first.is_current, second.is_current] == [False, True]
    assert list(second.dimensions) == ["attitude"]
    assert [one.rule for one in findings(session) if one.gone_at is None] == ["rude"]


def test_a_finding_that_comes_back_is_the_same_one(session: Session) -> None:
    keep(session, "a", *RUDE)
    inspect(session)
    [rude] = findings(session, "rude")
    inspect(session, rules=[BY_ID["no_greeting"]], again=True)
    session.refresh(rude)
    assert rude.gone_at == LATER
    inspect(session, again=True)
    [again] = findings(session, "rude")
    assert (again.id, again.gone_at) == (rude.id, None)


def test_a_transferred_conversations_findings_go_to_who_wrote_them(session: Session) -> None:
    said = [{"role": "customer", "text": "尺码表在哪"}, {"role": "agent", "text": "你自己不会看吗", "agent": "wu"},
            {"role": "customer", "text": "什么态度"}, {"role": "agent", "text": "很抱歉给您带来不便"}]  # fmt: skip
    keep(session, "a", messages=said)
    inspect(session)
    assert {one.agent for one in findings(session, "rude")} == {"wu"}


def test_findings_of_a_rule_that_errs_too_often_are_held_back(session: Session) -> None:
    version = BY_ID["rude"].version
    session.add(RuleMark(rule="rude", rule_version=version, right=3, cases=10, floor_01=0.6, marked_at=NOW))
    keep(session, "a", *RUDE)
    inspect(session)
    [rude] = findings(session, "rude")
    assert rude.is_held
    [inspection] = session.exec(select(Inspection)).all()
    assert inspection.dimensions["attitude"]["score"] == 100


def test_a_conversation_that_changed_meanwhile_is_left_for_the_next_time(session: Session) -> None:
    keep(session, "a", *RUDE)
    inspector = Inspector(VectorMemory(FakeEncoder()), NoKnowledge(), NOW)
    read = list(inspect_stored(session, next_pending(session, Wanted()), inspector))
    keep(session, "a", *RUDE, "C 什么态度")
    session.expire_all()
    stored = store_inspections(session, read, LATER, ZONE)
    assert (stored.conversations, stored.outdated, findings(session)) == (0, 1, [])


def test_an_erased_conversation_takes_everything_with_it(session: Session) -> None:
    keep(session, "a", *RUDE, customer="小鱼")
    keep(session, "b", *RUDE, customer="小猫")
    inspect(session)
    erase_customer(session, "小鱼")
    session.commit()
    [left] = session.exec(select(Conversation.id)).all()
    for table in (Inspection, Finding, CustomerMood):
        assert {row.conversation_id for row in session.exec(select(table))} == {left}
