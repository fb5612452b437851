"""Conversations in the database, inspected and stored as the program does it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from coaching.conversations.arrivals import arrival_of
from coaching.conversations.content import ConversationIn
from coaching.conversations.storing import Keeper
from coaching.inspection.inspector import Inspector
from coaching.inspection.pending import Wanted, inspect_stored, next_pending
from coaching.inspection.ports import Knowledge, NoKnowledge
from coaching.inspection.rule import Rule
from coaching.inspection.rules import RULES
from coaching.inspection.storing import Stored, store_inspections
from coaching.inspection.tables import Finding
from coaching.inspection.vector_memory import VectorMemory
from tests.coaching.inspection.fakes import FakeEncoder
from tests.conftest import NOW

ZONE = ZoneInfo("Asia/Shanghai")
LATER = NOW + timedelta(hours=1)
RUDE = ("C 尺码表在哪", "A 您好", "A 详情页写得那么清楚，你自己不会看吗")


def keep(session: Session, number: str, *said: str, after_s: float = 20, **fields: Any) -> None:
    """Stores a conversation from lines such as `C 在吗`, so many seconds apart, beginning two days ago at noon."""
    begun = NOW - timedelta(days=2)
    roles = {"C": "customer", "A": "agent", "B": "bot", "S": "system"}
    messages = [
        {"role": roles[line[0]], "text": line[2:], "sent_at": begun + timedelta(seconds=after_s * place)}
        for place, line in enumerate(said)
    ]
    head = {"platform": "tmall", "shop": "mian", "agent": "lin", "conversation_id": number, "messages": messages}
    keeper = Keeper(session, NOW, None)
    keeper.store([arrival_of(ConversationIn(**{**head, **fields}))])
    keeper.finish()
    session.commit()


def inspect(
    session: Session,
    knowledge: Knowledge | None = None,
    *,
    rules: Sequence[Rule] = RULES,
    again: bool = False,
) -> Stored:
    """Inspects what waits (at most one portion) and stores it."""
    inspector = Inspector(VectorMemory(FakeEncoder()), knowledge or NoKnowledge(), NOW, rules=rules)
    found = list(inspect_stored(session, next_pending(session, Wanted(again=again)), inspector))
    stored = store_inspections(session, found, LATER, ZONE)
    session.commit()
    return stored


def findings(session: Session, rule: str | None = None) -> list[Finding]:
    """All rows, in order of their ids."""
    rows = session.exec(select(Finding).order_by(Finding.id)).all()  # type: ignore[arg-type]
    return [row for row in rows if rule in (None, row.rule)]
