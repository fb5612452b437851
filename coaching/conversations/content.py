"""A conversation as files and API bring it: the contract's fields, validated; nothing masked, nothing stored. Pure.

Words are taken in Chinese or as codes (平台, 角色, 阶段, 是/否); times without a zone are of the zone that the
validation context names. What a column of a table is called is in `columns.py`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo

from kb.content import read_time, without_controls, zone_of
from kb.suggestion.questions import Role
from kb.vocabulary import PHASE_TERMS, PLATFORM_TERMS, Phase, Platform

MAX_TEXT_CHARS = 20_000
MAX_MESSAGES = 10_000
"""Most messages of one conversation."""

ROLE_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("顾客", "买家", "客户", "用户", "访客", "消费者", "buyer", "user"), "customer"),
    **dict.fromkeys(("客服", "卖家", "商家", "人工客服", "人工", "seller", "staff"), "agent"),
    **dict.fromkeys(("机器人", "智能客服", "自动回复", "robot"), "bot"),
    **dict.fromkeys(("系统", "系统消息", "系统通知", "通知"), "system"),
    **{role: role for role in get_args(Role)},
}
_PLATFORMS = {word: code for code, term in PLATFORM_TERMS.items() for word in (str(code), term)}
_PHASES = {word: code for code, term in PHASE_TERMS.items() for word in (str(code), term)}
_YES = frozenset(["是", "有", "真", "y", "yes", "true", "1", "已", "已成交", "已转接", "成交", "转接"])
_NO = frozenset(["否", "无", "没有", "假", "n", "no", "false", "0", "未", "未成交", "未转接", "没有成交", "没有转接"])
_RATINGS = {"非常不满意": 1, "很不满意": 1, "不满意": 2, "一般": 3, "满意": 4, "非常满意": 5, "很满意": 5}
_EPOCH = re.compile(r"\d{10}|\d{13}")
_COMPACT = re.compile(r"(\d{8})(\d{6})")


def _folded(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value


def _none_if_blank(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _role(value: Any) -> Any:
    if (word := _folded(value)) in ROLE_WORDS:
        return ROLE_WORDS[word]
    raise ValueError(f"不认识的角色“{value}”，只能是：顾客、客服、机器人、系统" if word else "角色不能为空，请填写")


def _platform(value: Any) -> Any:
    if (word := _folded(value)) in _PLATFORMS:
        return _PLATFORMS[word]
    raise ValueError(f"不认识的平台“{value}”，只能是：{'、'.join(PLATFORM_TERMS.values())}")


def _phase(value: Any) -> Any:
    if (word := _folded(_none_if_blank(value))) is None or word in _PHASES:
        return _PHASES[word] if word else None
    raise ValueError(f"不认识的阶段“{value}”，只能是：{'、'.join(PHASE_TERMS.values())}")


def _yes_or_no(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    word = _folded(str(value))
    if word in _YES or word in _NO or not word:
        return word in _YES if word else None
    raise ValueError(f"“{value}”看不懂，请写“是”或“否”")


def _rating(value: Any) -> Any:
    word = str(value).strip().removesuffix("星").removesuffix("分") if value is not None else ""
    if not word:
        return None
    if (rating := _RATINGS.get(word, word)) not in range(1, 6) and str(rating) not in tuple("12345"):
        raise ValueError(f"“{value}”看不懂，请写 1 到 5")
    return int(rating)


def _text(value: Any) -> Any:
    return without_controls(value) if isinstance(value, str) else value


def _code(value: Any) -> Any:
    """Codes may be written as numbers; blank is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _none_if_blank(_text(value))


def _clock(value: Any) -> Any:
    """Seconds or milliseconds since 1970, and 20261111103000, beside what a card's times may be."""
    if isinstance(value, bool):
        raise ValueError("不是时间，请写成 2026-11-11 10:00:05")
    text = str(int(value)) if isinstance(value, int | float) else value
    if not isinstance(text, str):
        return value
    if _EPOCH.fullmatch(text := text.strip()):
        return datetime.fromtimestamp(int(text) / (1 if len(text) == 10 else 1000), UTC)
    return "T".join(match.groups()) if (match := _COMPACT.fullmatch(text)) else text


def _instant(value: Any, info: ValidationInfo) -> datetime | None:
    """The instant in UTC; a day without a time of day is no time at all."""
    try:
        read = read_time(_clock(value), zone_of(info))
        return read.astimezone(UTC) if isinstance(read, datetime) else None
    except (OverflowError, ValueError) as error:
        raise ValueError("不是时间，请写成 2026-11-11 10:00:05") from error


Instant = Annotated[datetime | None, BeforeValidator(_instant)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT_CHARS), BeforeValidator(_text)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), BeforeValidator(_code)]
ForeignId = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), BeforeValidator(_code)
]
MaybeCode = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] | None, BeforeValidator(_code)
]
MaybeForeignId = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None, BeforeValidator(_code)
]
AnyPlatform = Annotated[Platform, BeforeValidator(_platform)]
AnyRole = Annotated[Role, BeforeValidator(_role)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ConversationMessageIn(_Value):
    """One message; a message's own agent counts after a transfer."""

    role: AnyRole
    text: Text
    sent_at: Instant = None
    agent: MaybeCode = None
    message_id: MaybeForeignId = None


class ConversationHead(_Value):
    """What is known of a conversation besides its messages; the first three are its key."""

    platform: AnyPlatform
    shop: Code
    conversation_id: ForeignId
    agent: MaybeCode = None
    customer: MaybeForeignId = None
    started_at: Instant = None
    phase: Annotated[Phase | None, BeforeValidator(_phase)] = None
    product: MaybeCode = None
    rating: Annotated[int | None, BeforeValidator(_rating)] = None
    paid: Annotated[bool | None, BeforeValidator(_yes_or_no)] = None
    transferred: Annotated[bool | None, BeforeValidator(_yes_or_no)] = None


class ConversationIn(ConversationHead):
    """A whole conversation, its messages in order."""

    messages: Annotated[tuple[ConversationMessageIn, ...], Field(max_length=MAX_MESSAGES)]


def unknown_fields(record: Mapping[str, Any]) -> set[str]:
    """Fields of a record, and of its messages, that nobody reads."""
    messages = record.get("messages")
    inner = {name for one in messages if isinstance(one, dict) for name in one} if isinstance(messages, list) else set()
    return (set(record) - ConversationIn.model_fields.keys()) | (inner - ConversationMessageIn.model_fields.keys())


def backward_times(messages: Sequence[ConversationMessageIn]) -> Iterator[int]:
    """Places of messages that say they were sent before the one ahead of them."""
    last: datetime | None = None
    for place, message in enumerate(messages):
        if message.sent_at is not None:
            if last is not None and message.sent_at < last:
                yield place
            last = message.sent_at
