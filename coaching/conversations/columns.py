"""The columns of a conversation table, one message a row: field, heading, and what else they are called. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coaching.conversations.content import ConversationHead, ConversationMessageIn
from kb.files.table import heading_key


@dataclass(frozen=True)
class Column:
    """One field of a message or of its conversation as a column."""

    field: str
    heading: str
    also: tuple[str, ...] = ()
    required: bool = False
    is_code: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("conversation_id", "会话编号", ("会话id", "会话号", "会话"), required=True, is_code=True),
    Column("platform", "平台", required=True),
    Column("shop", "店铺", ("店铺编号", "店铺名称"), required=True, is_code=True),
    Column("agent", "客服", ("客服编号", "客服账号", "客服昵称"), is_code=True),
    Column("customer", "顾客", ("买家", "客户", "顾客昵称", "买家昵称"), is_code=True),
    Column("role", "角色", ("发送方", "发送者", "消息来源"), required=True),
    Column("text", "内容", ("消息内容", "聊天内容", "消息", "content"), required=True),
    Column("sent_at", "时间", ("发送时间", "消息时间", "time")),
    Column("message_id", "消息编号", ("消息id",), is_code=True),
    Column("phase", "阶段"),
    Column("product", "商品", ("商品编号", "商品id"), is_code=True),
    Column("rating", "评价", ("满意度",)),
    Column("paid", "是否成交", ("成交",)),
    Column("transferred", "是否转接", ("转接",)),
    Column("started_at", "开始时间", ("会话开始时间",)),
)
MESSAGE_FIELDS = frozenset(ConversationMessageIn.model_fields)
HEAD_FIELDS = frozenset(ConversationHead.model_fields)
FROM_OUTSIDE = ("platform", "shop")
"""What the person who imports may say for the whole file instead of in a column."""

_BY_HEADING = {heading_key(name): one for one in COLUMNS for name in (one.field, one.heading, *one.also)}


def column_named(name: str) -> Column | None:
    """The column a heading means: English or Chinese, forgiving of width, case, spaces and marks."""
    return _BY_HEADING.get(heading_key(name))


def known_headings(headings: Sequence[str]) -> int:
    """How many of the headings name a column."""
    return sum(column_named(heading) is not None for heading in headings)


def matched_columns(headings: Sequence[str], mapping: Mapping[str, str]) -> list[Column | None]:
    """What each heading means; `mapping` (field → heading) counts before the names that are known anyway.

    A field takes one column: where none is mapped, the first that is called like it.
    """
    mapped = {heading_key(heading): _BY_HEADING[heading_key(field)] for field, heading in mapping.items()}
    taken = set(mapped.values())
    found: list[Column | None] = []
    for heading in headings:
        column = mapped.pop(heading_key(heading), None)
        if column is None and (named := column_named(heading)) is not None and named not in taken:
            column = named
        if column is not None:
            taken.add(column)
        found.append(column)
    return found


def missing_columns(columns: Sequence[Column | None], given: Mapping[str, str]) -> list[Column]:
    """Columns that are needed and neither in the table nor given for the whole file."""
    return [one for one in COLUMNS if one.required and one not in columns and not given.get(one.field)]
