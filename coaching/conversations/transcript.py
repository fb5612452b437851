"""A conversation as everything reads it, wherever it came from, and its rounds. Pure.

Files, the API and the database all become a `Transcript`. What does not belong here: what the messages mean
(`coaching/inspection/reading.py`), and how they are stored (`tables.py`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import cast

from kb.suggestion.questions import Role
from kb.vocabulary import Phase, Platform


@dataclass(frozen=True, slots=True)
class Line:
    """One message as it was sent."""

    index: int
    """Its place in the conversation, 0-based; what findings name."""
    role: Role
    text: str
    sent_at: datetime | None = None
    """Aware; None where the source gives no times."""
    agent: str | None = None
    """Code of the agent who wrote it, where another than the conversation's may have."""
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """What a customer wrote until an agent answered, and the agent's messages before the customer wrote again.

    What bot and system say neither opens, ends nor answers a round.
    """

    asked: tuple[Line, ...]
    """The customer's messages; at least one."""
    replies: tuple[Line, ...]
    """The agent's messages; empty where nobody answered."""


@dataclass(frozen=True)
class Transcript:
    """A conversation: its messages in order, and what is known of its place."""

    lines: tuple[Line, ...]
    platform: Platform = Platform.OTHER
    shop: str | None = None
    agent: str | None = None
    product: str | None = None
    phase: Phase | None = None
    started_at: datetime | None = None
    transferred: bool | None = None
    """Whether it was handed to somebody else; None where the source does not say."""
    finished: bool = True
    """False while it goes on: what the customer writes next is not there yet."""


def rounds(transcript: Transcript) -> tuple[Round, ...]:
    """The rounds in order; what agents say before the customer's first message belongs to none."""
    found: list[Round] = []
    asked: list[Line] = []
    replies: list[Line] = []
    for line in transcript.lines:
        if line.role == "customer":
            if replies:
                found.append(Round(tuple(asked), tuple(replies)))
                asked, replies = [], []
            asked.append(line)
        elif line.role == "agent" and asked:
            replies.append(line)
    if asked:
        found.append(Round(tuple(asked), tuple(replies)))
    return tuple(found)


_ROLES = {"C": "customer", "A": "agent", "B": "bot", "S": "system"}
_WRITTEN = re.compile(r"(?:(\d{1,2}):(\d\d)(?::(\d\d))? )?([CABS]) (.*)", re.DOTALL)
_DAY = datetime(2026, 11, 2, tzinfo=timezone(timedelta(hours=8)))
"""The Monday on which written examples take place, in China."""


def chat(*written: str, finished: bool = True, platform: Platform = Platform.OTHER, **fields: object) -> Transcript:
    """A transcript in short hand, for examples of rules: `chat("10:15:10 C 在吗", "10:15:40 A 您好，在的")`.

    C is the customer, A the agent, B the bot, S the system; the time of day (China) may be left out.

    Raises:
        ValueError: a line is not written so.
    """
    lines = tuple(_line(index, text) for index, text in enumerate(written))
    return Transcript(lines, platform, finished=finished, **fields)  # type: ignore[arg-type]


def _line(index: int, written: str) -> Line:
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise ValueError(f"not a line of a chat: {written}")
    hour, minute, second, role, text = match.groups()
    after = timedelta(hours=int(hour), minutes=int(minute), seconds=int(second or 0)) if hour else None
    return Line(index, cast(Role, _ROLES[role]), text, _DAY + after if after is not None else None)


def texts(lines: Sequence[Line]) -> str:
    """What several messages say, one a line."""
    return "\n".join(line.text for line in lines)
