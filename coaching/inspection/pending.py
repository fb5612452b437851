"""Stored conversations that wait to be inspected: new ones, and those that changed since.

That they wait is told by their versions alone: whoever is stopped half-way goes on where it ended, and nothing is
inspected twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from sqlalchemy import ColumnElement, exists, func
from sqlmodel import Session, col, select

from coaching.conversations.reading import transcripts
from coaching.conversations.tables import Conversation
from coaching.inspection.inspector import AT_ONCE, Inspector
from coaching.inspection.storing import Inspected
from coaching.inspection.tables import Inspection

_MESSAGES_AT_ONCE = 4_000
"""Of conversations read together, unless one alone has more."""


@dataclass(frozen=True)
class Wanted:
    """Which conversations are to be inspected."""

    since_at: datetime | None = None
    """Only those whose last message is not older."""
    again: bool = False
    """Also those that were inspected as they stand: under changed rules or cards."""


def count_pending(session: Session, wanted: Wanted = Wanted()) -> int:
    """How many conversations wait."""
    return session.exec(select(func.count()).select_from(Conversation).where(*_where(wanted))).one()


def next_pending(session: Session, wanted: Wanted, after_id: int = 0) -> list[Conversation]:
    """The next few that wait, in the order they were stored; few enough to be held in memory together."""
    where = (col(Conversation.id) > after_id, *_where(wanted))
    return read_together(
        session.exec(select(Conversation).where(*where).order_by(col(Conversation.id)).limit(AT_ONCE)).all()
    )


def read_together(conversations: Sequence[Conversation]) -> list[Conversation]:
    """The first of them, few enough to be held in memory together; at least one, where there is one."""
    totals = accumulate(one.message_count for one in conversations)
    fitting = sum(total <= _MESSAGES_AT_ONCE for total in totals)
    return list(conversations[: max(1, fitting)])


def inspect_stored(
    session: Session, conversations: Sequence[Conversation], inspector: Inspector
) -> Iterator[Inspected]:
    """Each conversation inspected as it stands now; what is found is not stored yet."""
    read = transcripts(session, conversations)
    inspections = inspector.inspect_many([transcript for _, transcript, _ in read])
    for (row, transcript, message_ids), inspection in zip(read, inspections, strict=True):
        rule_set = inspector.rule_set_of(transcript)
        yield Inspected(row.id or 0, row.version, transcript, message_ids, rule_set, inspector.rules_digest, inspection)


def is_pending(session: Session, conversation: Conversation) -> bool:
    """Whether a conversation was not inspected as it stands now."""
    where = (col(Conversation.id) == conversation.id, *_where(Wanted()))
    return session.exec(select(Conversation.id).where(*where)).first() is not None


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.since_at is not None:
        where.append(col(Conversation.last_at) >= wanted.since_at)
    if not wanted.again:
        inspected = exists().where(
            col(Inspection.conversation_id) == Conversation.id,
            col(Inspection.conversation_version) == Conversation.version,
            col(Inspection.is_current),
        )
        where.append(~inspected)
    return where
