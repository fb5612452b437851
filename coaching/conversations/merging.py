"""A conversation that is there already and comes again: what is new in it, and what contradicts. Pure.

Messages with ids are told by them. Messages without are told by their order: a version that holds all stored messages
adds the others in their places; one that holds fewer adds nothing; messages with times may also come piece by piece,
each after what is stored. Anything else is another conversation under the same number, and is not mixed in.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from coaching.conversations.masking import same_text


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it comes, masked."""

    role: str
    text: str
    sent_at: datetime | None
    agent: str | None
    message_id: str | None
    row: int
    """Where its file has it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as it is stored."""

    id: int
    index: int
    role: str
    text: str
    sent_at: datetime | None
    agent: str | None
    message_id: str | None


Line = Stored | Arrived
Changes = dict[int, dict[str, object]]
"""Row id → fields that are known better now: a time, an agent, an id, a name that has to be hidden."""


@dataclass
class Merged:
    """What becomes of a conversation."""

    order: list[Line]
    """All its messages."""
    changed: Changes = field(default_factory=dict)
    contradicting: list[Arrived] = field(default_factory=list)
    """Messages that are there with another content under the same id."""
    is_other: bool = False
    """It is another conversation altogether; `order` is what is stored."""


def merge(stored: Sequence[Stored], arrived: Sequence[Arrived]) -> Merged:
    """Puts what arrived together with what is stored, whose content is never overwritten."""
    if any(one.message_id for one in arrived) and (not stored or any(one.message_id for one in stored)):
        return _by_ids(stored, arrived)
    versions: tuple[tuple[Sequence[Line], Sequence[Line]], ...]
    versions = ((arrived, stored), (stored, arrived))
    for whole, part in versions:
        changed: Changes = {}
        order = _containing(whole, part, changed)
        if order is not None:
            return Merged(order, changed)
    return _continued(stored, arrived) or Merged(list(stored), is_other=True)


def _by_ids(stored: Sequence[Stored], arrived: Sequence[Arrived]) -> Merged:
    merged = Merged([])
    known: dict[object, Line] = dict(zip(_identities(stored), stored, strict=True))
    identities = _identities(arrived)
    last_known = max((at for at, identity in enumerate(identities) if identity in known), default=-1)
    first: list[Arrived] = []
    after: dict[int, list[Arrived]] = {}
    at_end: list[Arrived] = []
    anchor: Stored | None = None
    for at, (identity, one) in enumerate(zip(identities, arrived, strict=True)):
        found = known.setdefault(identity, one)
        if isinstance(found, Stored):
            anchor = found
        if found is not one:
            if not _is_same(found, one, merged.changed, by_id=True):
                merged.contradicting.append(one)
        elif at > last_known and not (stored and _is_before(one, stored[-1])):
            at_end.append(one)
        elif anchor is None:
            first.append(one)
        else:
            after.setdefault(anchor.id, []).append(one)
    merged.order += first
    for line in stored:
        merged.order.append(line)
        merged.order += after.get(line.id, ())
    merged.order += at_end
    return merged


def _identities(lines: Sequence[Line]) -> list[object]:
    """What tells each message from the others: its id, else its content and the how-manieth it is."""
    seen: Counter[object] = Counter()
    found: list[object] = []
    for line in lines:
        content = (line.role, line.sent_at, line.text)
        found.append(line.message_id or (*content, seen[content]))
        seen[content] += 1
    return found


def _containing(whole: Sequence[Line], part: Sequence[Line], changed: Changes) -> list[Line] | None:
    """`whole`, stored messages standing for those that came, if all of `part` is in it in order; else None."""
    order: list[Line] = []
    at = 0
    for one in whole:
        other = part[at] if at < len(part) else None
        if other is not None and _is_same(*_stored_first(one, other), changed):
            at += 1
            order.append(_stored_first(one, other)[0])
        else:
            order.append(one)
    return order if at == len(part) else None


def _continued(stored: Sequence[Stored], arrived: Sequence[Arrived]) -> Merged | None:
    """What came, after what is stored: all has times, and what is not later is there already."""
    lines: list[Line] = [*stored, *arrived]
    times = [one.sent_at for one in lines if one.sent_at is not None]
    if not stored or len(times) < len(lines):
        return None
    end = max(times[: len(stored)])
    head = [one for one in arrived if one.sent_at is not None and one.sent_at < end]
    tied = [one for one in arrived if one.sent_at == end]
    tail = [one for one in arrived if one.sent_at is not None and one.sent_at > end]
    changed: Changes = {}
    if _containing(stored, head, changed) is None:
        return None
    at_end = {identity for identity, one in zip(_identities(stored), stored, strict=True) if one.sent_at == end}
    fresh = [one for identity, one in zip(_identities(tied), tied, strict=True) if identity not in at_end]
    return Merged([*stored, *fresh, *tail], changed)


def _stored_first(one: Line, other: Line) -> tuple[Line, Line]:
    return (one, other) if isinstance(one, Stored) else (other, one)


def _is_same(found: Line, one: Line, changed: Changes, *, by_id: bool = False) -> bool:
    is_timed = found.sent_at is not None and one.sent_at is not None
    if found.role != one.role or (is_timed and not by_id and found.sent_at != one.sent_at):
        return False
    text = same_text(found.text, one.text)
    if text is None:
        return False
    if isinstance(found, Stored):
        better: dict[str, object] = {
            "text": text if text != found.text else None,
            "sent_at": one.sent_at if found.sent_at is None else None,
            "agent": one.agent if found.agent is None else None,
            "message_id": one.message_id if found.message_id is None else None,
        }
        if known := {name: value for name, value in better.items() if value is not None}:
            changed[found.id] = known
    return True


def _is_before(one: Arrived, other: Stored) -> bool:
    return one.sent_at is not None and other.sent_at is not None and one.sent_at < other.sent_at
