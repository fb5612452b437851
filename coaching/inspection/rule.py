"""What a rule is, and what it gives when it hits. Pure.

A rule reads a `Reading` and never encodes, queries or opens anything. Whether a hit counts, and what it costs,
is the rule set's and the scorecard's to say.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from coaching.conversations.transcript import Transcript
from coaching.inspection.ports import KnownCard
from coaching.inspection.reading import Reading
from coaching.inspection.rule_sets import Limits

Severity = Literal["normal", "critical"]


class Dimension(StrEnum):
    """The six elements of quality, and compliance."""

    SPEED = "speed"
    EXPERTISE = "expertise"
    COMMUNICATION = "communication"
    SOLVING = "solving"
    ATTITUDE = "attitude"
    EMOTION = "emotion"
    COMPLIANCE = "compliance"

    @property
    def term(self) -> str:
        """What people see."""
        return DIMENSION_TERMS[self]


DIMENSION_TERMS: dict[Dimension, str] = {
    Dimension.SPEED: "响应速度",
    Dimension.EXPERTISE: "专业素养",
    Dimension.COMMUNICATION: "沟通能力",
    Dimension.SOLVING: "问题解决",
    Dimension.ATTITUDE: "服务态度",
    Dimension.EMOTION: "情绪管理",
    Dimension.COMPLIANCE: "合规",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule is broken."""

    message_index: tuple[int, ...]
    """The offending messages only; empty for the whole conversation."""
    confidence_01: float
    """How sure the rule is, 0…1, higher is surer."""
    quote: str
    """What was said, as written."""
    reason: str
    """Why this is weak, in Chinese, for the agent to read."""
    context_index: tuple[int, ...] = ()
    """Other evidence: the question, what the customer wrote next."""
    card_id: int | None = None
    card_version: int | None = None
    card_quote: str | None = None
    """What the card says against it."""
    better_reply: str | None = None
    severity: Severity | None = None
    """Where this hit is graver than its rule (abuse among rudeness); None: the rule's."""


@dataclass(frozen=True)
class Example:
    """A conversation that a rule must hit, or must not; with the card that each of its questions retrieves."""

    transcript: Transcript
    cards: tuple[KnownCard, ...] = ()
    at: tuple[int, ...] | None = None
    """Which messages must be named; None leaves that open."""


def always(reading: Reading, _limits: Limits) -> bool:
    """Applies to every conversation in which an agent wrote something."""
    return any(message.role == "agent" for message in reading.messages)


class RuleOverrunError(Exception):
    """A rule took too long over a conversation and says nothing about it; the message says why, for people."""


@dataclass(frozen=True)
class Rule:
    """A rule of inspection with the examples that keep it honest."""

    id: str
    term: str
    """Its name, in Chinese."""
    version: int
    """Raised with every change of what it finds."""
    dimension: Dimension
    description: str
    """What counts and what does not, in Chinese."""
    deduction: float
    """Points off its dimension's 100 for one hit; the rule set may say otherwise."""
    find: Callable[[Reading, Limits], Iterable[Hit]]
    severity: Severity = "normal"
    applies: Callable[[Reading, Limits], bool] = always
    """False: not applicable here (N/A, not zero)."""
    examples_hit: tuple[Example, ...] = ()
    examples_miss: tuple[Example, ...] = ()
