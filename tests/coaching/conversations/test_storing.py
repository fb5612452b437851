"""Conversations in the database: new, again, longer, contradicting."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from coaching.conversations.arrivals import arrival_of, packed, unpacked
from coaching.conversations.content import ConversationIn
from coaching.conversations.erasing import set_retention
from coaching.conversations.storing import Fate, Keeper, Kept
from coaching.conversations.tables import Conversation, Message
from coaching.tables import Agent
from kb.cards.tables import Product, Shop
from tests.conftest import NOW

_LINES = [("customer", "在吗"), ("agent", "在的"), ("customer", "能换吗")]


def _in(count: int = 3, **fields: Any) -> ConversationIn:
    messages = [{"role": role, "text": text} for role, text in _LINES[:count]]
    whole = {"platform": "jd", "shop": "mian", "conversation_id": "c1", "agent": "linlin", "messages": messages}
    return ConversationIn.model_validate({**whole, **fields}, context={"zone": ZoneInfo("Asia/Shanghai")})


def _store(session: Session, *conversations: ConversationIn, **more: Any) -> list[Kept]:
    keeper = Keeper(session, more.pop("now", NOW), more.pop("shops", None), **more)
    kept = keeper.store([arrival_of(one, row) for row, one in enumerate(conversations, start=1)])
    keeper.finish()
    session.expire_all()
    return kept


def _texts(session: Session) -> list[str]:
    return list(session.exec(select(Message.text).order_by(Message.conversation_id, Message.index)))  # type: ignore[arg-type]


def test_same_conversation_again_changes_nothing(session: Session) -> None:
    assert _store(session, _in())[0].fate is Fate.CREATED
    before = session.exec(select(Conversation)).one().model_dump()
    [kept] = _store(session, _in(), now=NOW + timedelta(hours=1))
    assert (kept.fate, kept.added) == (Fate.UNCHANGED, 0)
    assert session.exec(select(Conversation)).one().model_dump() == before
    assert _texts(session) == ["在吗", "在的", "能换吗"]


def test_a_longer_version_adds_its_messages_and_is_a_new_version(session: Session) -> None:
    _store(session, _in(1))
    [kept] = _store(session, _in(3, rating=5), now=NOW + timedelta(hours=1))
    assert (kept.fate, kept.added) == (Fate.UPDATED, 2)
    found = session.exec(select(Conversation)).one()
    assert (found.message_count, found.version, found.rating) == (3, 2, 5)
    assert found.updated_at == NOW + timedelta(hours=1)
    assert _texts(session) == ["在吗", "在的", "能换吗"]


def test_what_a_version_does_not_say_stays_known(session: Session) -> None:
    _store(session, _in(product="tee-01", paid=True))
    assert _store(session, _in())[0].fate is Fate.UNCHANGED
    assert session.exec(select(Conversation.product, Conversation.paid)).one() == ("tee-01", True)


def test_a_message_that_came_late_moves_the_others_on_and_ids_stay(session: Session) -> None:
    _store(session, _in(messages=[{"role": "customer", "text": "一"}, {"role": "agent", "text": "三"}]))
    ids = dict(session.exec(select(Message.text, Message.id)).all())
    late = [{"role": role, "text": text} for role, text in (("customer", "一"), ("bot", "二"), ("agent", "三"))]
    assert _store(session, _in(messages=late))[0].added == 1
    assert _texts(session) == ["一", "二", "三"]
    now = dict(session.exec(select(Message.text, Message.id)).all())
    assert (now["一"], now["三"]) == (ids["一"], ids["三"])


def test_other_content_under_the_same_number_is_refused_and_nothing_changed(session: Session) -> None:
    _store(session, _in())
    [kept] = _store(session, _in(messages=[{"role": "customer", "text": "完全不同"}]))
    assert (kept.fate, kept.refused[0].column) == (Fate.REFUSED, "conversation_id")
    assert len(_texts(session)) == 3


def test_same_message_id_with_other_content_is_told_and_the_rest_kept(session: Session) -> None:
    ours = [{"role": "customer", "text": "一", "message_id": "m1"}]
    theirs = [
        {"role": "customer", "text": "改过", "message_id": "m1"},
        {"role": "bot", "text": "二", "message_id": "m2"},
    ]
    _store(session, _in(messages=ours))
    [kept] = _store(session, _in(messages=theirs))
    assert (kept.fate, kept.added, [one.column for one in kept.refused]) == (Fate.UPDATED, 1, ["message_id"])
    assert _texts(session) == ["一", "二"]


def test_the_key_is_platform_shop_and_number(session: Session) -> None:
    kept = _store(session, _in(), _in(platform="tmall"), _in(shop="bei"), _in(conversation_id="c2"))
    assert {one.fate for one in kept} == {Fate.CREATED}
    assert len({one.id for one in kept}) == 4


def test_unknown_codes_are_created_and_aliases_resolved(session: Session) -> None:
    session.add(Agent(code="linlin", name="林琳", aliases=["mian:林琳", "客服01"], created_at=NOW))
    session.commit()
    messages = [
        {"role": "customer", "text": "在吗"},
        {"role": "agent", "text": "在的", "agent": "mian:林琳"},
        {"role": "agent", "text": "转给同事", "agent": "xin"},
    ]
    keeper = Keeper(session, NOW, None)
    keeper.store([arrival_of(_in(agent="客服01", product="tee-01", messages=messages))])
    keeper.finish()
    assert (dict(keeper.codes.created_shops), keeper.codes.created_agents) == ({"mian": "jd"}, ["xin"])
    assert session.exec(select(Conversation.agent)).one() == "linlin"
    assert list(session.exec(select(Message.agent).order_by(Message.index))) == [None, "linlin", "xin"]  # type: ignore[arg-type]
    assert session.exec(select(Shop.platform)).one() == "jd"
    assert (session.get(Product, "tee-01"), session.get(Agent, "xin")) != (None, None)


def test_without_agent_of_its_own_a_conversation_is_its_first_writers(session: Session) -> None:
    messages = [
        {"role": "agent", "text": "您好", "agent": "dapeng"},
        {"role": "agent", "text": "在", "agent": "linlin"},
    ]
    _store(session, _in(agent=None, messages=messages))
    assert session.exec(select(Conversation.agent)).one() == "dapeng"


def test_personal_data_never_reaches_the_tables(session: Session) -> None:
    said = [{"role": "customer", "text": "唐晓雯"}, {"role": "customer", "text": "13955556666"}]
    _store(session, _in(customer="13955556666", messages=said))
    found = session.exec(select(Conversation)).one()
    assert (found.customer or "").startswith("[手机号]#")
    assert _texts(session) == ["[姓名]", "[手机号]"]


def test_a_name_alone_becomes_hidden_when_its_phone_follows_and_is_no_contradiction(session: Session) -> None:
    _store(session, _in(messages=[{"role": "customer", "text": "唐晓雯"}]))
    [kept] = _store(
        session, _in(messages=[{"role": "customer", "text": "唐晓雯"}, {"role": "customer", "text": "13955556666"}])
    )
    assert (kept.fate, kept.added, kept.refused) == (Fate.UPDATED, 1, ())
    assert _texts(session) == ["[姓名]", "[手机号]"]


def test_other_peoples_shops_are_refused(session: Session) -> None:
    kept = _store(session, _in(), _in(shop="bei"), shops=frozenset({"mian"}))
    assert [(one.fate, one.id is None) for one in kept] == [(Fate.CREATED, False), (Fate.REFUSED, True)]
    assert kept[1].refused[0].column == "shop"


def test_what_is_older_than_the_shop_keeps_is_not_taken_in(session: Session) -> None:
    set_retention(session, "mian", 30, "account:1", NOW)
    old = [{"role": "customer", "text": "在吗", "sent_at": "2026-10-01 10:00:00"}]
    kept = _store(session, _in(), _in(conversation_id="old", messages=old))
    assert [one.fate for one in kept] == [Fate.CREATED, Fate.REFUSED]
    assert "30 天" in kept[1].refused[0].reason


@pytest.mark.parametrize(("sent_at", "last_at"), [("2026-11-01 10:00:00", "2026-11-01T02:00:00"), ("2099-01-01 00:00:00", NOW.isoformat()[:19])])  # fmt: skip
def test_retention_counts_from_the_last_message_and_never_from_the_future(
    session: Session, sent_at: str, last_at: str
) -> None:
    _store(session, _in(messages=[{"role": "customer", "text": "在吗", "sent_at": sent_at}]))
    assert session.exec(select(Conversation.last_at)).one() == datetime.fromisoformat(last_at).replace(tzinfo=UTC)


def test_a_dry_keeper_tells_the_same_and_writes_nothing(session: Session) -> None:
    _store(session, _in(1))
    dry = [one.fate for one in _store(session, _in(), _in(conversation_id="c2"), dry=True)]
    assert dry == [Fate.UPDATED, Fate.CREATED]
    assert len(_texts(session)) == 1
    assert [one.fate for one in _store(session, _in(), _in(conversation_id="c2"))] == dry


def test_an_arrival_waits_without_loss() -> None:
    messages = [
        {"role": "agent", "text": "在\n的", "sent_at": "2026-11-01 10:00:00.5", "agent": "a", "message_id": "m"}
    ]
    arrival = arrival_of(_in(phase="售后", paid=False, started_at="2026-11-01 09:00", messages=messages), 9, "x.csv")
    assert unpacked(packed(arrival)) == arrival
