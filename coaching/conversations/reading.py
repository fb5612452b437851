"""Conversations out of the database, for whoever may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from coaching.conversations.merging import Stored
from coaching.conversations.storing import stored_messages
from coaching.conversations.tables import Conversation, Message
from coaching.conversations.transcript import Line, Transcript
from coaching.errors import ConversationNotFoundError
from kb.suggestion.questions import Role
from kb.vocabulary import Phase, Platform

MAX_NUMBER = 2**31 - 1


@dataclass(frozen=True)
class Viewer:
    """Who may see what."""

    shops: frozenset[str] | None = None
    """Codes of the shops it sees; None means all."""
    only_agent: str | None = None
    """Sees only the conversations this agent took part in; None means everybody's."""


EVERYBODYS = Viewer()


@dataclass(frozen=True)
class ConversationFilter:
    """What a list is narrowed to; None narrows nothing."""

    shop: str | None = None
    platform: str | None = None
    agent: str | None = None
    customer: str | None = None
    since_at: datetime | None = None
    """Changed at or after."""


def get_conversation(session: Session, row_id: int, viewer: Viewer = EVERYBODYS) -> Conversation:
    """A conversation by its row.

    Raises:
        ConversationNotFoundError: none, or not one the viewer may see.
    """
    seen = and_(col(Conversation.id) == row_id, *seen_by(viewer))
    found = session.exec(select(Conversation).where(seen)).first() if 0 <= row_id <= MAX_NUMBER else None
    if found is None:
        raise _not_found(str(row_id))
    return found


def find_conversation(
    session: Session, number: str, viewer: Viewer = EVERYBODYS, *, shop: str | None = None, platform: str | None = None
) -> Conversation:
    """A conversation by the row number that answers give, or by the shop's own number where that is unmistakable.

    With `shop` or `platform` only the shop's own number counts.

    Raises:
        ConversationNotFoundError: none or several, or not one the viewer may see.
    """
    if (
        shop is None
        and platform is None
        and number.isascii()
        and number.isdecimal()
        and len(number) <= len(str(MAX_NUMBER))
    ):
        try:
            return get_conversation(session, int(number), viewer)
        except ConversationNotFoundError:
            pass
    where = [col(Conversation.external_id) == number, *seen_by(viewer)]
    where += [col(Conversation.shop) == shop] if shop is not None else []
    where += [col(Conversation.platform) == platform] if platform is not None else []
    found = session.exec(select(Conversation).where(*where).limit(2)).all()
    if len(found) > 1:
        raise ConversationNotFoundError(f"有几家店铺都有编号为“{number}”的会话，请加上 shop 和 platform。")
    if not found:
        raise _not_found(number)
    return found[0]


def list_conversations(
    session: Session, wanted: ConversationFilter, viewer: Viewer, limit: int, before_id: int | None = None
) -> list[Conversation]:
    """Conversations, the one stored last first."""
    where = list(seen_by(viewer))
    for column, value in (
        (col(Conversation.shop), wanted.shop),
        (col(Conversation.platform), wanted.platform),
        (col(Conversation.customer), wanted.customer),
    ):
        where += [column == value] if value is not None else []
    if wanted.agent is not None:
        where.append(took_part(wanted.agent))
    if wanted.since_at is not None:
        where.append(col(Conversation.updated_at) >= wanted.since_at)
    if before_id is not None:
        where.append(col(Conversation.id) < before_id)
    return list(session.exec(select(Conversation).where(*where).order_by(col(Conversation.id).desc()).limit(limit)))


def messages_of(session: Session, conversation: Conversation) -> list[Stored]:
    """The messages of a conversation, in order."""
    row_id = conversation.id or 0
    return stored_messages(session, [row_id]).get(row_id, [])


def transcripts(
    session: Session, conversations: Sequence[Conversation], *, finished: bool = True
) -> list[tuple[Conversation, Transcript, tuple[int, ...]]]:
    """Each conversation as a transcript, with the row id of every line: what findings point to."""
    lines = stored_messages(session, [one.id or 0 for one in conversations])
    found = []
    for one in conversations:
        own = lines.get(one.id or 0, [])
        found.append((one, transcript_of(one, own, finished=finished), tuple(line.id for line in own)))
    return found


def transcript_of(conversation: Conversation, messages: Sequence[Stored], *, finished: bool = True) -> Transcript:
    """A stored conversation as everything reads it."""
    lines = tuple(
        Line(one.index, cast(Role, one.role), one.text, one.sent_at, one.agent, one.message_id) for one in messages
    )
    return Transcript(
        lines=lines,
        platform=Platform(conversation.platform),
        shop=conversation.shop,
        agent=conversation.agent,
        product=conversation.product,
        phase=Phase(conversation.phase) if conversation.phase else None,
        started_at=conversation.started_at,
        transferred=conversation.transferred,
        finished=finished,
    )


def seen_by(viewer: Viewer) -> list[ColumnElement[bool]]:
    """What queries of conversations are narrowed to for this viewer."""
    where: list[ColumnElement[bool]] = []
    if viewer.shops is not None:
        where.append(col(Conversation.shop).in_(viewer.shops))
    if viewer.only_agent is not None:
        where.append(took_part(viewer.only_agent))
    return where


def took_part(agent: str) -> ColumnElement[bool]:
    """Whether an agent wrote in a conversation, or it is theirs."""
    # IN, not EXISTS: it is found by the agent's index, once, and not looked for in every conversation.
    wrote = select(Message.conversation_id).where(col(Message.agent) == agent)
    return or_(col(Conversation.agent) == agent, col(Conversation.id).in_(wrote))


def _not_found(number: str) -> ConversationNotFoundError:
    return ConversationNotFoundError(f"没有编号为“{number[:100]}”的会话，可能已过保留期或被删除。")
