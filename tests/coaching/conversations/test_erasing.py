"""Forgetting customers, and what is too old."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from coaching.conversations.arrivals import arrival_of
from coaching.conversations.content import ConversationIn
from coaching.conversations.erasing import erase_customer, purge_expired, retention_days, set_retention
from coaching.conversations.storing import Keeper
from coaching.conversations.tables import Conversation, Message
from tests.conftest import NOW


@pytest.fixture
def store(session: Session):
    def _store(number: str, **fields: Any) -> None:
        sent_at = fields.pop("sent_at", None)
        messages = [{"role": "customer", "text": "在吗", "sent_at": sent_at}, {"role": "agent", "text": "在"}]
        whole = {"platform": "jd", "shop": "mian", "conversation_id": number, "messages": messages, **fields}
        Keeper(session, NOW, None).store([arrival_of(ConversationIn(**whole))])
        session.commit()

    return _store


def _left(session: Session) -> list[str]:
    return sorted(session.exec(select(Conversation.external_id)))


def test_one_customer_is_erased_and_nobody_else(session: Session, store) -> None:
    store("a", customer="13955556666")
    store("b", customer="13955556666", shop="bei")
    store("c", customer="13955556667")
    store("d")
    assert erase_customer(session, "13955556666", shop="bei") == (1, 2)
    assert _left(session) == ["a", "c", "d"]
    assert erase_customer(session, "13955556666", platform="tmall") == (0, 0)
    assert erase_customer(session, "13955556666", shops=frozenset({"bei"})) == (0, 0)
    assert erase_customer(session, " 13955556666 ") == (1, 2)
    assert _left(session) == ["c", "d"]
    assert len(session.exec(select(Message.id)).all()) == 4


def test_only_what_a_shop_need_not_keep_is_purged(session: Session, store) -> None:
    store("old", sent_at=NOW - timedelta(days=31))
    store("young", sent_at=NOW - timedelta(days=29))
    store("elsewhere", sent_at=NOW - timedelta(days=900), shop="bei")
    store("untimed")
    assert purge_expired(session, NOW) == (0, 0)
    set_retention(session, "mian", 30, "account:1", NOW)
    assert purge_expired(session, NOW) == (1, 2)
    assert _left(session) == ["elsewhere", "untimed", "young"]
    assert purge_expired(session, NOW + timedelta(days=31)) == (2, 4)


def test_retention_is_changed_and_taken_back(session: Session) -> None:
    assert retention_days(session, "mian") is None
    for days in (30, 60, None):
        set_retention(session, "mian", days, "account:1", NOW)
        assert retention_days(session, "mian") == days
