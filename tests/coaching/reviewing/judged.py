"""Stored conversations with findings as an inspection leaves them, and the people who judge them."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from coaching.actor import Actor
from coaching.conversations.tables import Conversation, Message
from coaching.inspection.rescoring import rescore
from coaching.inspection.tables import Finding, Inspection
from tests.coaching.inspection.stored import keep
from tests.conftest import NOW

ZONE = ZoneInfo("Asia/Shanghai")
SAID = ("C 什么时候发货", "A 您好", "A 不知道，自己看页面")
WEIGHTS = {"solving": 20, "attitude": 15, "compliance": 10}


def person(name: str = "account:9", *, at: datetime = NOW, leads: bool = True, **fields: Any) -> Actor:
    """Somebody who leads, at this moment."""
    return Actor(name, at, name, leads=leads, trains=fields.pop("trains", leads), zone=ZONE, **fields)


def agent(code: str = "lin", *, at: datetime = NOW, **fields: Any) -> Actor:
    """An agent."""
    return person(f"account:{code}", at=at, leads=False, agent=code, **fields)


def inspected(session: Session, number: str, *said: str, **fields: Any) -> int:
    """A stored and inspected conversation without findings; gives its row."""
    keep(session, number, *(said or SAID), **fields)
    talk = session.exec(select(Conversation).where(Conversation.external_id == number)).one()
    session.add(
        Inspection(
            conversation_id=talk.id or 0,
            conversation_version=talk.version,
            rule_set="general-default",
            rule_set_version=1,
            rules="r",
            shop=talk.shop,
            agent=talk.agent,
            said_on=talk.last_at.astimezone(ZONE).date(),
            dimensions={name: {"score": 100.0, "weight": weight} for name, weight in WEIGHTS.items()},
            pace={},
            created_at=NOW,
        )
    )
    session.flush()
    rescore(session, talk.id or 0)
    session.commit()
    return talk.id or 0


def found(session: Session, conversation_id: int, **fields: Any) -> Finding:
    """One more finding on the last message, sure unless told otherwise."""
    talk = session.get(Conversation, conversation_id)
    inspection = session.exec(select(Inspection).where(Inspection.conversation_id == conversation_id)).first()
    ids = list(
        session.exec(select(Message.id).where(Message.conversation_id == conversation_id).order_by(col(Message.id)))
    )
    assert talk is not None
    assert inspection is not None
    values: dict[str, Any] = {
        "conversation_id": conversation_id,
        "inspection_id": inspection.id,
        "rule": "shirking",
        "rule_version": 1,
        "rule_set": "general-default",
        "rule_set_version": 1,
        "dimension": "solving",
        "severity": "normal",
        "confidence_01": 0.9,
        "message_ids": ids[-1:],
        "context_ids": ids[:1],
        "quote": "不知道，自己看页面",
        "reason": "把顾客推给了页面",
        "points": 30.0,
        "is_sure": True,
        "shop": talk.shop,
        "agent": talk.agent,
        "said_at": talk.last_at,
        "said_on": talk.last_at.date(),
        "created_at": NOW - timedelta(hours=1),
        "better_reply": "亲，现货付款后 48 小时内发出。",
    }
    made = Finding(**{**values, **fields})
    session.add(made)
    session.flush()
    rescore(session, conversation_id)
    session.commit()
    return made


def score(session: Session, conversation_id: int) -> float | None:
    """What the conversation is worth now."""
    return session.exec(select(Inspection.score).where(Inspection.conversation_id == conversation_id)).one()
