"""What becomes of stored findings when their conversation is inspected again. Pure.

A finding is the same when the same rule names the same messages. Made by the same versions of rule, rule set and
card it is brought up to date; made by others it is followed by a new one, so that nobody finds another reason where
they read one before. What somebody decided stands as it is, whatever the rules say later.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from coaching.inspection.tables import Finding, Status

EVIDENCE = (
    "dimension", "severity", "confidence_01", "message_ids", "context_ids", "quote", "reason", "points", "is_sure",
    "is_held", "card_quote", "better_reply", "agent", "said_at", "said_on", "intent", "round_card_id",
)  # fmt: skip
"""What may be better known at a later inspection by the same versions."""
_VERSIONS = ("rule_version", "rule_set", "rule_set_version", "card_id", "card_version")


@dataclass
class Paired:
    """Stored findings and fresh ones, matched."""

    kept: list[tuple[Finding, Finding]] = field(default_factory=list)
    """Stored ones that are found again by the same versions, with what is known of them now."""
    followed: list[tuple[Finding, Finding]] = field(default_factory=list)
    """Stored ones found by other versions, with the one that follows."""
    new: list[Finding] = field(default_factory=list)
    gone: list[Finding] = field(default_factory=list)
    """Stored ones that are no longer found."""


def pair(stored: Sequence[Finding], fresh: Iterable[Finding]) -> Paired:
    """Matches each fresh finding with at most one stored one, the likest first, those that stand before those gone."""
    left = sorted(stored, key=lambda one: (one.gone_at is not None, one.id or 0))
    waiting = list(fresh)
    paired = Paired()
    for likeness in (_very_like, _like):
        for one in list(waiting):
            match = next((other for other in left if likeness(other) == likeness(one)), None)
            if match is None:
                continue
            left.remove(match)
            waiting.remove(one)
            if match.status != Status.OPEN:
                continue
            (paired.kept if _same(match, one, _VERSIONS) else paired.followed).append((match, one))
    paired.new = waiting
    paired.gone = [one for one in left if one.gone_at is None and one.status == Status.OPEN]
    return paired


def _very_like(one: Finding) -> Hashable:
    return (one.rule, tuple(one.message_ids), one.card_id, one.quote)


def _like(one: Finding) -> Hashable:
    return (one.rule, tuple(one.message_ids))


def _same(one: Finding, other: Finding, names: Sequence[str]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)
