"""Which conversations people read: some at random, some of every agent, and the riskiest. Pure.

The random part is drawn first and from all, so that what it shows holds for all conversations; the other two find
more to mend, and say nothing about how many there are. Every draw can be repeated from its seed.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

LOW_RATING = 2
"""Stars, out of 5."""
LOW_SCORE = 60.0
_CRITICAL, _RATED_LOW, _SCORED_LOW, _UNCONFIRMED_AT_MOST = 8, 4, 2, 3
"""Our assumption of what is worth looking at first."""


class Way(StrEnum):
    """How a conversation came to be drawn."""

    RANDOM = "random"
    AGENT = "agent"
    RISK = "risk"

    @property
    def term(self) -> str:
        """What people see."""
        return {"random": "随机", "agent": "每人抽检", "risk": "风险"}[self]


@dataclass(frozen=True)
class Plan:
    """How many conversations are drawn, and how."""

    random: int = 20
    """Drawn from all alike."""
    per_agent: int = 2
    """At least so many of every agent, as far as there are any."""
    risk: int = 20
    """The riskiest of what is left."""
    per_agent_at_most: int = 10
    """Risk draws no further from one agent who has so many; the random part does not ask."""


@dataclass(frozen=True)
class Candidate:
    """A conversation that may be drawn."""

    conversation_id: int
    agent: str | None
    score: float | None = None
    """0 to 100, higher is better."""
    failed: bool = False
    rating: int | None = None
    """1 to 5 stars."""
    critical: int = 0
    """Critical findings that stand."""
    unconfirmed: int = 0
    """Findings that nobody decided yet."""


@dataclass(frozen=True)
class Drawn:
    """A conversation that people are to read, and why."""

    conversation_id: int
    agent: str | None
    way: Way
    reasons: tuple[str, ...]
    """In Chinese, the way first."""
    risk: int


def draw(candidates: Iterable[Candidate], plan: Plan, seed: str) -> list[Drawn]:
    """What is to be read, in the order of drawing; the same for the same candidates in any order.

    Args:
        candidates: each conversation once.
        plan: how many and how.
        seed: any text.
    """
    left = sorted(candidates, key=lambda one: _lot(seed, one.conversation_id))
    whole = len(left)
    drawn: list[Drawn] = []
    counts: Counter[str | None] = Counter()

    def take(some: Sequence[Candidate], way: Way, why: str) -> None:
        drawn.extend(_drawn(one, way, why) for one in some)
        counts.update(one.agent for one in some)
        taken = {one.conversation_id for one in some}
        left[:] = [one for one in left if one.conversation_id not in taken]

    take(left[: plan.random], Way.RANDOM, f"从 {whole} 段会话中随机抽取")
    take(_missing(left, counts, plan.per_agent), Way.AGENT, f"每位客服至少看 {plan.per_agent} 段")
    by_risk = sorted((one for one in left if risk_of(one)), key=risk_of, reverse=True)
    take(list(_within(by_risk, counts, plan)), Way.RISK, "风险最高的一批")
    return drawn


def risk_of(one: Candidate) -> int:
    """How much a conversation is worth a look, 0 upwards: critical findings, a low rating or score, open findings."""
    return (
        _CRITICAL * bool(one.critical or one.failed)
        + _RATED_LOW * _is_low(one.rating, LOW_RATING)
        + _SCORED_LOW * _is_low(one.score, LOW_SCORE)
        + min(one.unconfirmed, _UNCONFIRMED_AT_MOST)
    )


def risks(one: Candidate) -> Iterator[str]:
    """What makes a conversation risky, in Chinese."""
    if one.critical or one.failed:
        yield f"有 {one.critical} 条一票否决的命中" if one.critical else "质检不合格"
    if one.rating is not None and _is_low(one.rating, LOW_RATING):
        yield f"顾客评价 {one.rating} 星"
    if one.score is not None and _is_low(one.score, LOW_SCORE):
        yield f"质检分 {one.score:g}"
    if one.unconfirmed:
        yield f"有 {one.unconfirmed} 条命中还没有人确认"


def _drawn(one: Candidate, way: Way, why: str) -> Drawn:
    return Drawn(one.conversation_id, one.agent, way, (why, *risks(one)), risk_of(one))


def _missing(left: Sequence[Candidate], counts: Counter[str | None], quota: int) -> list[Candidate]:
    """The first of every agent in the order of lots, up to what the agent lacks; who has no agent is nobody's."""
    seen = Counter(counts)
    found = []
    for one in left:
        if one.agent is not None and seen[one.agent] < quota:
            seen[one.agent] += 1
            found.append(one)
    return found


def _within(by_risk: Iterable[Candidate], counts: Counter[str | None], plan: Plan) -> Iterator[Candidate]:
    """The first that no agent's limit keeps back."""
    seen, found = Counter(counts), 0
    for one in by_risk:
        if found == plan.risk:
            return
        if one.agent is None or seen[one.agent] < plan.per_agent_at_most:
            seen[one.agent] += 1
            found += 1
            yield one


def _is_low(value: float | None, limit: float) -> bool:
    return value is not None and value <= limit


def _lot(seed: str, conversation_id: int) -> bytes:
    """A number that only the seed and the conversation decide; hashed, so that neighbours are unlike."""
    return hashlib.blake2b(f"{seed}:{conversation_id}".encode(), digest_size=8).digest()
