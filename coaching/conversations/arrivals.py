"""Conversations on their way in: checked and masked, not stored yet."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coaching.conversations.content import ConversationHead, ConversationIn, ConversationMessageIn
from coaching.conversations.masking import mask_customer, mask_messages
from coaching.conversations.merging import Arrived
from kb.vocabulary import Phase, Platform

Key = tuple[str, str, str]
"""Platform, shop, the shop's own number for the conversation."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A masked conversation and where it came from."""

    file: str
    row: int
    key: Key
    head: ConversationHead
    messages: tuple[Arrived, ...]


def masked_arrival(
    file: str, row: int, head: ConversationHead, messages: Sequence[ConversationMessageIn], rows: Sequence[int] = ()
) -> Arrival:
    """The conversation without personal data.

    Args:
        file: What the person calls the source.
        row: Where in it the conversation begins.
        head: What is known of it; a `ConversationIn` counts as its head.
        messages: In order.
        rows: Where each message stands; none: all at `row`.
    """
    texts = mask_messages([(message.role, message.text) for message in messages])
    fields = {name: getattr(head, name) for name in ConversationHead.model_fields}
    fields["customer"] = mask_customer(head.customer) if head.customer else None
    arrived = tuple(
        Arrived(
            role=message.role,
            text=text,
            sent_at=message.sent_at,
            agent=message.agent if message.role == "agent" else None,
            message_id=message.message_id,
            row=place,
        )
        for message, text, place in zip(messages, texts, rows or [row] * len(messages), strict=True)
    )
    key = (str(head.platform), head.shop, head.conversation_id)
    return Arrival(file, row, key, ConversationHead.model_construct(**fields), arrived)


def arrival_of(conversation: ConversationIn, row: int = 1, file: str = "") -> Arrival:
    """A whole conversation, masked."""
    return masked_arrival(file, row, conversation, conversation.messages)


def packed(arrival: Arrival) -> str:
    """The arrival as one text, for `unpacked`."""
    head = {name: _plain(getattr(arrival.head, name)) for name in ConversationHead.model_fields}
    lines = [[one.role, one.text, _plain(one.sent_at), one.agent, one.message_id, one.row] for one in arrival.messages]
    return json.dumps([arrival.file, arrival.row, head, lines], ensure_ascii=False)


def unpacked(text: str) -> Arrival:
    """The arrival `packed` made the text of."""
    file, row, head, lines = json.loads(text)
    head["platform"] = Platform(head["platform"])
    head["phase"] = Phase(head["phase"]) if head["phase"] else None
    head["started_at"] = _time(head["started_at"])
    known = ConversationHead.model_construct(**head)
    messages = tuple(
        Arrived(role, said, _time(sent_at), agent, message_id, place)
        for role, said, sent_at, agent, message_id, place in lines
    )
    return Arrival(file, row, (str(known.platform), known.shop, known.conversation_id), known, messages)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
