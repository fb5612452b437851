"""What serving costs an agent: abuse received, runs of upset customers, work at night. Pure but for two queries.

For the agent's protection: whoever plans shifts sees whom to relieve. It is no part of any score, ranking or
appraisal, and nothing that reckons those may read it; pages that show it say so (`NO_SCORE`). The limits below are
our assumption.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from coaching.conversations.transcript import Line, Transcript
from coaching.inspection.emotion import Emotion, is_abusive
from coaching.inspection.tables import CustomerMood
from kb.text.folding import fold

NO_SCORE = "仅用于关心和排班，不计入任何评分或考核。"
NIGHT_FROM_HOUR, NIGHT_TO_HOUR = 23, 7
ABUSED_FROM, STREAK_FROM, NIGHT_SHARE_FROM_01, NIGHT_FROM_MESSAGES = 2, 3, 0.3, 30
"""From when on a sign is given: conversations with abuse, upset customers in a row, share of messages at night (of
at least so many)."""


@dataclass(frozen=True, slots=True)
class Mood:
    """How a customer treated one agent in one conversation."""

    agent: str
    said_at: datetime
    """The agent's last message in it."""
    annoyed: int = 0
    """Customer messages that sound so; angry ones are not counted again."""
    angry: int = 0
    abusive: int = 0
    """Angry ones that insult."""
    messages: int = 0
    """The agent's."""
    at_night: int = 0
    """Of these, sent between 23 and 7 h."""

    @property
    def is_upset(self) -> bool:
        """Whether the customer complained: was angry, or annoyed more than once."""
        return self.angry > 0 or self.annoyed > 1


class Sign(StrEnum):
    """What somebody should look after."""

    ABUSED = "abused"
    STREAK = "streak"
    NIGHT = "night"

    @property
    def term(self) -> str:
        """What people see."""
        return _TERMS[self]


_TERMS = {Sign.ABUSED: "多次被辱骂", Sign.STREAK: "连续遇到不满的顾客", Sign.NIGHT: "深夜工作多"}


@dataclass(frozen=True)
class Strain:
    """One agent's load over a time."""

    agent: str
    conversations: int
    upset: int
    """Conversations whose customer complained."""
    abused: int
    """Conversations in which the customer insulted."""
    longest_streak: int
    """Most complaining customers one after the other."""
    messages: int
    at_night: int
    signs: tuple[Sign, ...]


def moods_of(transcript: Transcript, emotions: Mapping[int, Emotion], ended_at: datetime, zone: tzinfo) -> list[Mood]:
    """How the customer treated each agent; what is said to nobody yet falls to whoever answers next.

    Args:
        transcript: the conversation.
        emotions: by index of the customer's messages.
        ended_at: stands for times that are missing.
        zone: whose nights count.
    """
    found: dict[str, Mood] = {}
    for line, agent in zip(transcript.lines, _served(transcript), strict=True):
        if agent is None or line.role not in ("customer", "agent"):
            continue
        found[agent] = _with(found.get(agent, Mood(agent, ended_at)), line, emotions, zone)
    return [mood for mood in found.values() if mood.messages]


def strain_of(agent: str, moods: Iterable[Mood]) -> Strain:
    """The load of one agent's conversations."""
    ordered = sorted(moods, key=lambda mood: mood.said_at)
    longest = running = 0
    for mood in ordered:
        running = running + 1 if mood.is_upset else 0
        longest = max(longest, running)
    abused = sum(mood.abusive > 0 for mood in ordered)
    messages, at_night = sum(mood.messages for mood in ordered), sum(mood.at_night for mood in ordered)
    is_given = {
        Sign.ABUSED: abused >= ABUSED_FROM,
        Sign.STREAK: longest >= STREAK_FROM,
        Sign.NIGHT: messages >= NIGHT_FROM_MESSAGES and at_night >= NIGHT_SHARE_FROM_01 * messages,
    }
    signs = tuple(sign for sign, given in is_given.items() if given)
    upset = sum(mood.is_upset for mood in ordered)
    return Strain(agent, len(ordered), upset, abused, longest, messages, at_night, signs)


def strains(
    session: Session, since_on: date, until_on: date, shops: frozenset[str] | None = None, agent: str | None = None
) -> list[Strain]:
    """The load of every agent (or one) over these days, both included, those with most signs first.

    Args:
        session: reads.
        since_on: first day.
        until_on: last day.
        shops: codes of the shops that count; None means all.
        agent: only this one.
    """
    where = [col(CustomerMood.said_on) >= since_on, col(CustomerMood.said_on) <= until_on]
    where += [col(CustomerMood.shop).in_(shops)] if shops is not None else []
    where += [col(CustomerMood.agent) == agent] if agent is not None else []
    moods: dict[str, list[Mood]] = {}
    for row in session.exec(select(CustomerMood).where(*where)):
        moods.setdefault(row.agent, []).append(_mood(row))
    found = [strain_of(code, of_agent) for code, of_agent in moods.items()]
    return sorted(found, key=lambda one: (-len(one.signs), -one.abused, -one.upset, one.agent))


def keep_moods(
    session: Session,
    conversation_id: int,
    shop: str,
    moods: Sequence[Mood],
    stored: Iterable[CustomerMood],
    zone: tzinfo,
) -> None:
    """Stores how a customer treated the agents, in place of what `stored` says; the same changes nothing."""
    old = {row.agent: row for row in stored}
    for mood in moods:
        row = old.pop(mood.agent, None)
        if row is None:
            row = CustomerMood(conversation_id=conversation_id, shop=shop, agent=mood.agent, **_fields(mood, zone))
        elif _mood(row) != mood:
            row.sqlmodel_update(_fields(mood, zone))
        session.add(row)
    for row in old.values():
        session.delete(row)


def _served(transcript: Transcript) -> list[str | None]:
    """For each message whom it is by or to: the next agent to write, else the last one."""
    served: list[str | None] = []
    following = None
    for line in reversed(transcript.lines):
        following = (line.agent or transcript.agent) if line.role == "agent" else following
        served.append(following)
    served.reverse()
    last = next((agent for agent in reversed(served) if agent is not None), None)
    return [agent or last for agent in served]


def _with(mood: Mood, line: Line, emotions: Mapping[int, Emotion], zone: tzinfo) -> Mood:
    if line.role == "agent":
        said_at = line.sent_at or mood.said_at
        hour = line.sent_at.astimezone(zone).hour if line.sent_at is not None else None
        at_night = hour is not None and (hour >= NIGHT_FROM_HOUR or hour < NIGHT_TO_HOUR)
        return replace(mood, said_at=said_at, messages=mood.messages + 1, at_night=mood.at_night + at_night)
    emotion = emotions.get(line.index)
    if emotion is Emotion.ANGRY:
        return replace(mood, angry=mood.angry + 1, abusive=mood.abusive + is_abusive(fold(line.text)))
    return replace(mood, annoyed=mood.annoyed + (emotion is Emotion.ANNOYED))


def _mood(row: CustomerMood) -> Mood:
    return Mood(row.agent, row.said_at, row.annoyed, row.angry, row.abusive, row.messages, row.at_night)


def _fields(mood: Mood, zone: tzinfo) -> dict[str, Any]:
    return {
        "said_at": mood.said_at,
        "said_on": mood.said_at.astimezone(zone).date(),
        "annoyed": mood.annoyed,
        "angry": mood.angry,
        "abusive": mood.abusive,
        "messages": mood.messages,
        "at_night": mood.at_night,
    }
