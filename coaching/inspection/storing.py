"""What inspections found, into the database.

Storing the same twice changes nothing. A finding is never deleted here: see `pairing.py` for what becomes of it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from coaching.conversations.tables import Conversation
from coaching.conversations.transcript import Transcript
from coaching.inspection import inspecting
from coaching.inspection.pairing import EVIDENCE, pair
from coaching.inspection.rescoring import set_score
from coaching.inspection.rule import Hit
from coaching.inspection.rule_sets import RuleSet
from coaching.inspection.scoring import Finding as Found
from coaching.inspection.tables import CustomerMood, Finding, Inspection
from coaching.reviewing.tables import RuleMark
from coaching.strain import keep_moods, moods_of

_Row = TypeVar("_Row", Inspection, Finding, CustomerMood)


@dataclass(frozen=True)
class Inspected:
    """A stored conversation and what inspecting it gave."""

    conversation_id: int
    version: int
    """Of the conversation that was read."""
    transcript: Transcript
    message_ids: tuple[int, ...]
    """Row id of each line."""
    rule_set: RuleSet
    rules: str
    """`inspector.digest_of` the rules."""
    inspection: inspecting.Inspection


@dataclass
class Stored:
    """What storing changed."""

    conversations: int = 0
    """Inspected, whether or not anything changed."""
    outdated: int = 0
    """Left alone: they changed, or went, while they were inspected."""
    new: int = 0
    """Findings that were not there."""
    followed: int = 0
    """Of these, how many follow one made by other versions."""
    updated: int = 0
    gone: int = 0
    """Findings that are no longer found, those followed by another not counted."""

    def add(self, other: "Stored") -> None:
        """Counts more."""
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)


def store_inspections(session: Session, inspected: Sequence[Inspected], now: datetime, zone: tzinfo) -> Stored:
    """Stores what was found, each conversation once; one that changed meanwhile is left for the next time.

    Args:
        session: a transaction that writes.
        inspected: at most a few hundred.
        now: the present.
        zone: whose days and nights count.
    """
    ids = [one.conversation_id for one in inspected]
    conversations = {row.id: row for row in session.exec(select(Conversation).where(col(Conversation.id).in_(ids)))}
    inspections = _by_conversation(session.exec(select(Inspection).where(col(Inspection.conversation_id).in_(ids))))
    findings = _by_conversation(session.exec(select(Finding).where(col(Finding.conversation_id).in_(ids))))
    moods = _by_conversation(session.exec(select(CustomerMood).where(col(CustomerMood.conversation_id).in_(ids))))
    marks = select(RuleMark.rule, RuleMark.rule_version).where(col(RuleMark.lifted_at).is_(None))
    held = frozenset(session.exec(marks).all())
    stored = Stored()
    for one in inspected:
        row = conversations.get(one.conversation_id)
        if row is None or row.version != one.version:
            stored.outdated += 1
            continue
        keeper = _Keeper(session, row, one, held, now, zone)
        stored.add(keeper.store(inspections.get(one.conversation_id, []), findings.get(one.conversation_id, [])))
        treated = moods_of(one.transcript, one.inspection.emotions, row.last_at, zone)
        keep_moods(session, one.conversation_id, row.shop, treated, moods.get(one.conversation_id, []), zone)
    session.flush()
    return stored


class _Keeper:
    """Stores one inspection."""

    def __init__(
        self,
        session: Session,
        row: Conversation,
        one: Inspected,
        held: Collection[tuple[str, int]],
        now: datetime,
        zone: tzinfo,
    ) -> None:
        self._session = session
        self._row = row
        self._one = one
        self._held = held
        self._now = now
        self._zone = zone

    def store(self, inspections: Sequence[Inspection], findings: Sequence[Finding]) -> Stored:
        paired = pair(findings, [self._finding(one) for one in self._one.inspection.findings])
        inspection = self._current(inspections)
        done = Stored(conversations=1, new=len(paired.new) + len(paired.followed), gone=len(paired.gone))
        done.followed = len(paired.followed)
        for old, new in paired.kept:
            done.updated += self._bring_up_to_date(old, new)
        for old, new in paired.followed:
            new.previous_id = old.id
            old.gone_at = old.gone_at or self._now
        for old in paired.gone:
            old.gone_at = self._now
        # In the order of the messages, whichever way they came about.
        added = [*paired.new, *(new for _, new in paired.followed)]
        for new in sorted(added, key=lambda one: (not one.message_ids, one.said_at, one.message_ids)):
            new.inspection_id = inspection.id or 0
            self._session.add(new)
        standing = [one for one in (*findings, *added) if one.gone_at is None]
        set_score(inspection, standing)
        self._session.flush()
        return done

    def _current(self, inspections: Sequence[Inspection]) -> Inspection:
        """This inspection's row, the only current one."""
        one = self._one
        fields: dict[str, Any] = {
            "conversation_version": one.version,
            "rule_set": one.rule_set.id,
            "rule_set_version": one.rule_set.version,
            "rules": one.rules,
        }
        found = next((row for row in inspections if all(getattr(row, name) == fields[name] for name in fields)), None)
        dimensions = {
            str(name): {"score": each.score, "weight": each.weight}
            for name, each in one.inspection.score.dimensions.items()
        }
        values: dict[str, Any] = {
            "is_current": True,
            "agent": self._row.agent,
            "said_on": self._row.last_at.astimezone(self._zone).date(),
            "dimensions": dimensions,
            "pace": asdict(one.inspection.pace),
        }
        if found is None:
            named: dict[str, Any] = {
                "conversation_id": one.conversation_id,
                "shop": self._row.shop,
                "created_at": self._now,
            }
            found = Inspection(**fields, **named, **values)
        else:
            found.sqlmodel_update(values)
        for other in inspections:
            if other is not found:
                other.is_current = False
        self._session.add(found)
        self._session.flush()
        return found

    def _bring_up_to_date(self, old: Finding, new: Finding) -> bool:
        better = {name: getattr(new, name) for name in EVIDENCE if getattr(old, name) != getattr(new, name)}
        if old.gone_at is not None:
            better["gone_at"] = None
        old.sqlmodel_update(better)
        return bool(better)

    def _finding(self, found: Found) -> Finding:
        hit, lines = found.hit, self._one.transcript.lines
        first = min(hit.message_index, default=None)
        said_at = (lines[first].sent_at if first is not None else None) or self._row.last_at
        topic = self._one.inspection.topics.get(first) if first is not None else None
        return Finding(
            conversation_id=self._one.conversation_id,
            inspection_id=0,
            rule=found.rule,
            rule_version=found.rule_version,
            rule_set=found.rule_set,
            rule_set_version=found.rule_set_version,
            dimension=str(found.dimension),
            severity=found.severity,
            confidence_01=hit.confidence_01,
            message_ids=self._ids(hit.message_index),
            context_ids=self._ids(hit.context_index),
            quote=hit.quote,
            reason=hit.reason,
            points=found.points,
            is_sure=found.counts,
            is_held=(found.rule, found.rule_version) in self._held,
            card_id=hit.card_id,
            card_version=hit.card_version,
            card_quote=hit.card_quote,
            better_reply=hit.better_reply,
            shop=self._row.shop,
            agent=_agent_of(self._one.transcript, hit),
            said_at=said_at,
            said_on=said_at.astimezone(self._zone).date(),
            intent=topic.intent if topic else "",
            round_card_id=topic.card_id if topic else None,
            created_at=self._now,
        )

    def _ids(self, indices: Iterable[int]) -> list[int]:
        return [self._one.message_ids[index] for index in sorted(indices)]


def _agent_of(transcript: Transcript, hit: Hit) -> str | None:
    """Who wrote the offending message; where it is a customer's left unanswered, who was there before."""
    if not hit.message_index:
        return transcript.agent
    upto = transcript.lines[: max(hit.message_index) + 1]
    line = next((line for line in reversed(upto) if line.role == "agent"), None)
    return (line.agent if line is not None else None) or transcript.agent


def _by_conversation(rows: Iterable[_Row]) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.conversation_id, []).append(row)
    return found
