"""Conversations in JSON: what goes out, and how a body becomes conversations."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, RootModel, ValidationError

from api.card_models import RefusalOut, SchemaOf
from api.errors import InvalidRequestError, TooLargeError
from api.validation import problems, sentence
from coaching.conversations.checking import EMPTY
from coaching.conversations.content import MAX_TEXT_CHARS, ConversationIn
from coaching.conversations.importing import ConversationReport
from coaching.conversations.merging import Stored
from coaching.conversations.storing import Kept
from coaching.conversations.tables import Conversation
from kb.suggestion.questions import Role
from kb.vocabulary import Phase, Platform

MAX_AT_ONCE = 1_000
"""Conversations in one request; more come as a file."""

Problem = dict[str, str]

ConversationsBody = Annotated[dict[str, Any] | list[Any], SchemaOf(RootModel[ConversationIn | list[ConversationIn]])]


class StoredOut(BaseModel):
    """What became of one conversation."""

    id: int | None = Field(description="用于 GET /api/v1/conversations/{id} · null when refused")
    conversation_id: str
    platform: Platform
    shop: str
    fate: Literal["created", "updated", "unchanged", "refused"]
    messages: int = Field(description="新增的消息数 · messages that are new")


class ConversationImportOut(BaseModel):
    """What an import did, or in a dry run would do; counts of conversations."""

    created: int
    updated: int
    unchanged: int
    messages: int = Field(description="新增的消息数 · messages that are new")
    refused: list[RefusalOut] = Field(description="最多 1,000 条 · at most 1,000")
    refused_rows: int
    created_shops: list[str] = Field(description="新出现的店铺编号 · shop codes nobody had created")
    created_agents: list[str] = Field(description="新出现的客服编号 · agent codes nobody had created")
    created_products: list[str] = Field(description="新出现的商品编号 · product codes nobody had created")
    notes: list[str] = Field(description="跳过的列、倒退的时间等 · what was passed over or looks odd")


class ConversationsOut(ConversationImportOut):
    """What became of the conversations of a request, in their order; `row` of a refusal counts them from 1."""

    conversations: list[StoredOut]


class ConversationOut(BaseModel):
    """A conversation without its messages."""

    id: int
    conversation_id: str
    platform: Platform
    shop: str
    agent: str | None
    customer: str | None
    started_at: datetime | None
    phase: Phase | None
    product: str | None
    rating: int | None
    paid: bool | None
    transferred: bool | None
    message_count: int
    version: int = Field(description="每次变化加一 · one higher with every change")
    created_at: datetime
    updated_at: datetime


class MessageOut(BaseModel):
    """One message, personal data masked."""

    index: int
    role: Role
    text: str
    sent_at: datetime | None
    agent: str | None
    message_id: str | None


class ConversationWithMessagesOut(ConversationOut):
    """A conversation with all that was said."""

    messages: list[MessageOut]


class EraseIn(BaseModel):
    """Whose conversations are to be deleted."""

    customer: Annotated[str, Field(min_length=1, max_length=200)]
    shop: str | None = None
    platform: Platform | None = None


class ErasedOut(BaseModel):
    """What is gone."""

    conversations: int
    messages: int


class RetentionIn(BaseModel):
    """How many days a shop keeps conversations; null: for good."""

    days: Annotated[int | None, Field(ge=1, le=3_650)]


class RetentionOut(RetentionIn):
    """The same, of one shop."""

    shop: str


def read_conversation(body: Any, zone: ZoneInfo) -> ConversationIn | list[Problem]:
    """The conversation a body describes, or what is wrong with it.

    Raises:
        TooLargeError: a message over 20,000 characters.
    """
    messages = body.get("messages") if isinstance(body, Mapping) else None
    for one in messages if isinstance(messages, list) else ():
        if isinstance(one, Mapping) and isinstance(text := one.get("text"), str) and len(text) > MAX_TEXT_CHARS:
            raise TooLargeError(f"一条消息最多 {MAX_TEXT_CHARS:,} 字，请缩短。")
    try:
        conversation = ConversationIn.model_validate(body, context={"zone": zone})
    except ValidationError as error:
        return problems(error.errors())
    return conversation if conversation.messages else [{"field": "messages", "reason": EMPTY}]


def refuse(found: Sequence[Problem]) -> InvalidRequestError:
    """The error for a body with these problems."""
    return InvalidRequestError(sentence(found), found[0]["field"], found)


def report_out(report: ConversationReport) -> dict[str, Any]:
    """`ConversationImportOut` as a dict; what a finished job stores, too."""
    return asdict(report)


def stored_out(kept: Kept) -> dict[str, Any]:
    """`StoredOut` as a dict."""
    platform, shop, conversation_id = kept.arrival.key
    return {
        "id": kept.id,
        "conversation_id": conversation_id,
        "platform": platform,
        "shop": shop,
        "fate": str(kept.fate),
        "messages": kept.added,
    }


def conversation_out(one: Conversation) -> dict[str, Any]:
    """`ConversationOut` as a dict."""
    names = ("id", "platform", "shop", "agent", "customer", "phase", "product", "rating", "paid", "transferred")
    return {
        "conversation_id": one.external_id,
        **{name: getattr(one, name) for name in (*names, "message_count", "version")},
        **{name: _time(getattr(one, name)) for name in ("started_at", "created_at", "updated_at")},
    }


def message_out(one: Stored) -> dict[str, Any]:
    """`MessageOut` as a dict."""
    return {
        "index": one.index,
        "role": one.role,
        "text": one.text,
        "sent_at": _time(one.sent_at),
        "agent": one.agent,
        "message_id": one.message_id,
    }


def _time(value: datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
