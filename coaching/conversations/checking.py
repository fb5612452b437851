"""What a file's pieces say, checked and put into order: conversations of content, or why not. Pure."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from coaching.conversations.columns import COLUMNS, HEAD_FIELDS, MESSAGE_FIELDS
from coaching.conversations.content import (
    MAX_MESSAGES,
    ConversationHead,
    ConversationIn,
    ConversationMessageIn,
    backward_times,
    unknown_fields,
)
from kb.card_files.reasons import reasons
from kb.files.table import Refusal

_HEADINGS = {column.field: column.heading for column in COLUMNS}
_NOT_JSON = "不是一行一个 JSON 对象，请检查引号、逗号和括号"
EMPTY = "这段会话没有消息，没有导入"


@dataclass(frozen=True)
class Checked:
    """One conversation, or none; where its messages stand; what was refused, and what to know."""

    row: int
    head: ConversationHead | None = None
    messages: tuple[ConversationMessageIn, ...] = ()
    rows: tuple[int, ...] = ()
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()


def check_record(file: str, row: int, content: str, zone: tzinfo) -> Checked:
    """A conversation of a JSONL line: all of it or nothing."""
    given, line = json.loads(content)
    try:
        record = json.loads(line, strict=False)
    except (ValueError, RecursionError):
        return _refused(file, row, ("", _NOT_JSON))
    if not isinstance(record, dict):
        return _refused(file, row, ("", _NOT_JSON))
    record = given | {name: value for name, value in record.items() if value is not None}
    try:
        conversation = ConversationIn.model_validate(record, context={"zone": zone})
    except ValidationError as error:
        return _refused(file, row, *reasons(error))
    if not conversation.messages:
        return _refused(file, row, ("messages", EMPTY))
    notes = [f"不认识的字段已跳过：{'、'.join(sorted(unknown))[:200]}"] if (unknown := unknown_fields(record)) else []
    notes += _note_of_times(conversation.messages)
    return Checked(row, conversation, conversation.messages, (row,) * len(conversation.messages), (), tuple(notes))


def check_rows(file: str, parts: Sequence[tuple[int, str]], zone: tzinfo) -> Checked:
    """A conversation of table rows: a bad row is refused alone; what the rows say of the whole is taken together."""
    first = parts[0][0]
    refused: list[Refusal] = []
    good: list[tuple[int, ConversationMessageIn]] = []
    whole: dict[str, Any] = {}
    for row, content in parts:
        record = json.loads(content)
        try:
            message = ConversationMessageIn.model_validate(_some(record, MESSAGE_FIELDS), context={"zone": zone})
        except ValidationError as error:
            refused += [Refusal(file, row, _HEADINGS.get(field, field), why) for field, why in reasons(error)]
            continue
        good.append((row, message))
        _gather(whole, record, message)
    if not good:
        return Checked(first, refused=tuple(refused))
    if len(good) > MAX_MESSAGES:
        too_many = Refusal(file, first, "", f"这段会话超过 {MAX_MESSAGES} 条消息，没有导入；请检查会话编号")
        return Checked(first, refused=(*refused, too_many))
    try:
        head = ConversationHead.model_validate(whole, context={"zone": zone})
    except ValidationError as error:
        told = [Refusal(file, first, _HEADINGS.get(field, field), why) for field, why in reasons(error)]
        return Checked(first, refused=(*refused, *told))
    good = in_time(good)
    messages = tuple(message for _, message in good)
    return Checked(first, head, messages, tuple(row for row, _ in good), tuple(refused))


def in_time(rows: Sequence[tuple[int, ConversationMessageIn]]) -> list[tuple[int, ConversationMessageIn]]:
    """Rows of a table in the order in which they were sent; as they stand where one has no time.

    A sheet that shows the newest first is turned round, so that messages of one second keep their order.
    """
    times = [message.sent_at for _, message in rows]
    known = [time for time in times if time is not None]
    if len(known) < len(times):
        return list(rows)
    newest_first = known[0] > known[-1] and all(one >= other for one, other in pairwise(known))
    return sorted(reversed(rows) if newest_first else rows, key=_sent_at)


def _sent_at(row: tuple[int, ConversationMessageIn]) -> float:
    sent_at = row[1].sent_at
    return sent_at.timestamp() if sent_at is not None else 0.0


def _gather(whole: dict[str, Any], record: dict[str, Any], message: ConversationMessageIn) -> None:
    """What each row says of the conversation: the first that says something counts, of ratings the last."""
    for name, value in _some(record, HEAD_FIELDS).items():
        if name == "agent" and message.role not in ("agent", "customer"):
            continue
        if name == "rating" or name not in whole:
            whole[name] = value


def _some(record: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: record[name] for name in names if name in record}


def _note_of_times(messages: Sequence[ConversationMessageIn]) -> list[str]:
    places = list(backward_times(messages))
    if not places:
        return []
    return [f"有 {len(places)} 条消息的时间早于前一条（第一处是第 {places[0] + 1} 条），已按原来的顺序保存"]


def _refused(file: str, row: int, *why: tuple[str, str]) -> Checked:
    return Checked(row, refused=tuple(Refusal(file, row, field, reason) for field, reason in why))
