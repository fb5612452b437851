"""Conversations into the database: new ones, longer ones, and what contradicts what is there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Table, insert, update
from sqlalchemy import select as select_rows
from sqlmodel import Session, SQLModel, col, select

from coaching.conversations.arrivals import Arrival, Key
from coaching.conversations.codes import Codes
from coaching.conversations.merging import Arrived, Line, Merged, Stored, merge
from coaching.conversations.tables import Conversation, Message, ShopRetention
from kb.files.table import Refusal

_HEAD = ("customer", "started_at", "phase", "product", "rating", "paid", "transferred")
_CONVERSATIONS: Table = SQLModel.metadata.tables["conversation"]
_MESSAGES: Table = SQLModel.metadata.tables["message"]
_OTHER = "已有一段编号相同、内容不同的会话，没有改动它；请检查编号，或先删除旧的会话"
_CONTRADICTING = "已有一条编号（{id}）相同、内容不同的消息，保留原来的"


class Fate(StrEnum):
    """What storing does with a conversation."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one arrival."""

    arrival: Arrival
    fate: Fate
    id: int | None = None
    """Its row; None where there is none."""
    added: int = 0
    """Messages that are new."""
    refused: tuple[Refusal, ...] = ()


class Keeper:
    """Stores arrivals in the session's transaction.

    Args:
        session: the transaction.
        now: the present.
        shops: codes that may be written to; None means all.
        is_demo: whether they belong to the samples.
        dry: only tell what would happen.
    """

    def __init__(
        self, session: Session, now: datetime, shops: frozenset[str] | None, *, is_demo: bool = False, dry: bool = False
    ) -> None:
        self._session = session
        self._now = now
        self._shops = shops
        self._is_demo = is_demo
        self._dry = dry
        self._promised: set[Key] = set()
        self._fresh: list[tuple[Arrival, Sequence[Line]]] = []
        self._days = dict(session.exec(select(ShopRetention.shop, ShopRetention.days)).all())
        self.codes = Codes(session, now)

    def store(self, arrivals: Sequence[Arrival]) -> list[Kept]:
        """What becomes of each; no key may stand twice among them."""
        known = self._known(arrivals)
        self._fresh = []
        kept = [self._decided(one, known.get(one.key)) for one in arrivals]
        if self._dry:
            self._promised |= {one.key for one, _ in self._fresh}
            return kept
        ids = self._create()
        return [Kept(one.arrival, one.fate, ids.get(one.arrival.key, one.id), one.added, one.refused) for one in kept]

    def finish(self) -> None:
        """Registers the shops, agents and products that were named for the first time."""
        if not self._dry:
            self.codes.register()

    def _decided(self, arrival: Arrival, known: "_Known | None") -> Kept:
        if (problem := self._problem(arrival, known)) is not None:
            return Kept(arrival, Fate.REFUSED, refused=(Refusal(arrival.file, arrival.row, *problem),))
        if known is not None:
            return self._update(arrival, known)
        if arrival.key in self._promised:
            return Kept(arrival, Fate.UNCHANGED)
        self._see(arrival)
        merged = merge((), arrival.messages)
        self._fresh.append((arrival, merged.order))
        return Kept(arrival, Fate.CREATED, added=len(merged.order), refused=_told(arrival, merged))

    def _problem(self, arrival: Arrival, known: "_Known | None") -> tuple[str, str] | None:
        """Column and reason why a conversation is not taken at all."""
        shop = arrival.head.shop
        if self._shops is not None and shop not in self._shops:
            return "shop", f"您只能导入自己店铺的会话：{'、'.join(sorted(self._shops))}"
        days = self._days.get(shop)
        if (
            known is None
            and days is not None
            and self._last_at(arrival.messages, arrival) < self._now - timedelta(days)
        ):
            return "sent_at", f"早于店铺“{shop}”的保留期（{days} 天），没有导入"
        return None

    def _see(self, arrival: Arrival) -> None:
        head = arrival.head
        self.codes.see_shop(head.shop, str(head.platform))
        self.codes.see_product(head.product)
        self.codes.agent(head.agent)
        for message in arrival.messages:
            self.codes.agent(message.agent)

    def _known(self, arrivals: Iterable[Arrival]) -> "dict[Key, _Known]":
        by_place: dict[tuple[str, str], list[str]] = {}
        for platform, shop, external_id in (one.key for one in arrivals):
            by_place.setdefault((platform, shop), []).append(external_id)
        rows: list[Row[Any]] = []
        for (platform, shop), ids in by_place.items():
            named = col(Conversation.external_id).in_(ids)
            place = (col(Conversation.platform) == platform, col(Conversation.shop) == shop, named)
            rows += self._session.execute(select_rows(_CONVERSATIONS).where(*place))
        lines = stored_messages(self._session, [row.id for row in rows])
        return {(row.platform, row.shop, row.external_id): _Known(row, lines.get(row.id, [])) for row in rows}

    def _update(self, arrival: Arrival, known: "_Known") -> Kept:
        merged = merge(known.lines, arrival.messages)
        if merged.is_other:
            other = Refusal(arrival.file, arrival.row, "conversation_id", _OTHER)
            return Kept(arrival, Fate.REFUSED, known.row.id, refused=(other,))
        self._see(arrival)
        added = [(place, one) for place, one in enumerate(merged.order) if isinstance(one, Arrived)]
        head = self._new_in_head(arrival, known.row)
        fate = Fate.UPDATED if added or head or merged.changed else Fate.UNCHANGED
        if fate is Fate.UPDATED and not self._dry:
            self._write_update(known.row, merged, head)
        return Kept(arrival, fate, known.row.id, len(added), _told(arrival, merged))

    def _new_in_head(self, arrival: Arrival, row: Row[Any]) -> dict[str, Any]:
        given = {name: getattr(arrival.head, name) for name in _HEAD}
        given["agent"] = self.codes.agent(arrival.head.agent)
        return {name: value for name, value in given.items() if value is not None and value != getattr(row, name)}

    def _write_update(self, row: Row[Any], merged: Merged, head: Mapping[str, Any]) -> None:
        moved = [
            {"id": one.id, "index": place}
            for place, one in enumerate(merged.order)
            if isinstance(one, Stored) and one.index != place
        ]
        changed = [
            {"id": row_id, **fields, **({"agent": self.codes.agent(str(fields["agent"]))} if "agent" in fields else {})}
            for row_id, fields in merged.changed.items()
        ]
        for values in (moved, changed):
            if values:
                self._session.execute(update(Message), values)
        self._add_messages([(row.id, head.get("agent", row.agent), merged.order)])
        times = [one.sent_at for one in merged.order if one.sent_at is not None]
        last_at = min(self._now, max(times)) if times else row.last_at
        counted = {"message_count": len(merged.order), "last_at": last_at, "version": row.version + 1}
        values = [{"id": row.id, **head, **counted, "updated_at": self._now}]
        self._session.execute(update(Conversation), values)

    def _create(self) -> dict[Key, int]:
        if not self._fresh:
            return {}
        rows = [self._new_row(arrival, order) for arrival, order in self._fresh]
        statement = insert(_CONVERSATIONS).returning(_CONVERSATIONS.c.id, sort_by_parameter_order=True)
        ids = [row_id for row_id in self._session.scalars(statement, rows) if row_id is not None]
        orders = [order for _, order in self._fresh]
        self._add_messages(list(zip(ids, [row["agent"] for row in rows], orders, strict=True)))
        return {arrival.key: row_id for (arrival, _), row_id in zip(self._fresh, ids, strict=True)}

    def _new_row(self, arrival: Arrival, order: Sequence[Line]) -> dict[str, Any]:
        platform, shop, external_id = arrival.key
        own = (one.agent for one in arrival.messages if one.agent is not None)
        return {
            **{name: getattr(arrival.head, name) for name in _HEAD},
            "platform": platform,
            "shop": shop,
            "external_id": external_id,
            "agent": self.codes.agent(arrival.head.agent or next(own, None)),
            "message_count": len(order),
            "version": 1,
            "last_at": self._last_at(arrival.messages, arrival),
            "is_demo": self._is_demo,
            "created_at": self._now,
            "updated_at": self._now,
        }

    def _add_messages(self, conversations: Iterable[tuple[int, str | None, Sequence[Line]]]) -> None:
        rows = [
            {
                "conversation_id": row_id,
                "index": place,
                "role": one.role,
                "agent": (self.codes.agent(one.agent) or agent) if one.role == "agent" else None,
                "text": one.text,
                "sent_at": one.sent_at,
                "message_id": one.message_id,
            }
            for row_id, agent, order in conversations
            for place, one in enumerate(order)
            if isinstance(one, Arrived)
        ]
        if rows:
            # The table, not the class: SQLAlchemy writes rows of a class one by one.
            self._session.execute(insert(_MESSAGES), rows)

    def _last_at(self, messages: Iterable[Arrived], arrival: Arrival) -> datetime:
        times = [one.sent_at for one in messages if one.sent_at is not None]
        return min(self._now, max(times, default=arrival.head.started_at or self._now))


@dataclass(frozen=True, slots=True)
class _Known:
    row: Row[Any]
    lines: Sequence[Stored]


def stored_messages(session: Session, ids: Sequence[int]) -> dict[int, list[Stored]]:
    """The messages of conversations (row ids), in order."""
    if not ids:
        return {}
    columns = (
        Message.id,
        Message.index,
        Message.role,
        Message.text,
        Message.sent_at,
        Message.agent,
        Message.message_id,
    )
    statement = (
        select(Message.conversation_id, *columns)  # type: ignore[call-overload]
        .where(col(Message.conversation_id).in_(ids))
        .order_by(col(Message.conversation_id), col(Message.index))
    )
    found: dict[int, list[Stored]] = {}
    for conversation_id, *values in session.execute(statement):
        found.setdefault(conversation_id, []).append(Stored(*values))
    return found


def _told(arrival: Arrival, merged: Merged) -> tuple[Refusal, ...]:
    """The messages that contradict what is there, for whoever imports them."""
    return tuple(
        Refusal(arrival.file, one.row, "message_id", _CONTRADICTING.format(id=one.message_id))
        for one in merged.contradicting
    )
