"""Which of a card's must-mention points a text makes. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache

from coaching.inspection.answering import GIVEN, Kind, gives, kinds_asked, overlap_01
from kb.content import KeyPoint
from kb.text.folding import fold
from kb.text.values import Value, values_in

_COVERED = 0.75
"""Share of a wording's character pairs from which it counts as said in other words."""
_MIN_PAIRS = 4
"""Shorter wordings have to stand there as they are."""
_OF_ALL = frozenset({Kind.HOW, Kind.WHICH, Kind.WHY})
"""How, what and why ask for all there is to say."""
_ABOUT = 0.25
"""Overlap with a question from which a point is what it asks for; less is enough for the kind of thing asked for."""
_MARKS = re.compile(r"[\W_]+")
_SAME = 0.011


def missed_points(points: Sequence[KeyPoint], text: str) -> tuple[KeyPoint, ...]:
    """The points that `text` does not make, in order."""
    bare = _bare(text)
    values = values_in(text)
    return tuple(point for point in points if not _made(point, bare, values))


def is_asked(point: KeyPoint, question: str) -> bool:
    """Whether a question is about this point, not about what the card says besides."""
    asked = fold(question)
    kinds = kinds_asked(asked) - {Kind.POLAR}
    if kinds & _OF_ALL:
        return True
    for wording in map(fold, (point.text, *point.wordings)):
        common = overlap_01(asked, wording)
        if common >= _ABOUT or (common > 0 and any(kind in GIVEN and gives(kind, wording) for kind in kinds)):
            return True
    return False


def shared(one: str, other: str) -> float:
    """Share of the first text's character pairs that stand in the other, 0…1."""
    pairs = _pairs(_bare(one))
    return len(pairs & _pairs(_bare(other))) / len(pairs) if pairs else 0.0


def _made(point: KeyPoint, bare: str, values: Sequence[Value]) -> bool:
    said = _pairs(bare)
    for wording in (point.text, *point.wordings):
        wanted = _bare(wording)
        if wanted in bare:
            return True
        pairs = _pairs(wanted)
        wanted_values = _values(wording)
        if wanted_values and all(any(_same(one, other) for other in values) for one in wanted_values):
            # 两天内发出 makes 48 小时内发出, but 48 小时内退款 does not make it.
            rest = set(_bare(_without(wording, wanted_values)))
            if len(rest & set(bare)) >= len(rest) / 2:
                return True
        if not wanted_values and len(pairs) >= _MIN_PAIRS and len(pairs & said) / len(pairs) >= _COVERED:
            return True
    return False


@lru_cache(maxsize=4096)
def _values(wording: str) -> tuple[Value, ...]:
    return values_in(wording)


def _without(wording: str, values: Sequence[Value]) -> str:
    for value in reversed(values):
        wording = wording[: value.start] + "," + wording[value.end :]
    return wording


def _same(one: Value, other: Value) -> bool:
    return one.key == other.key and all(
        abs(mine - theirs) <= _SAME * max(abs(mine), 1e-9)
        for mine, theirs in ((one.low, other.low), (one.high, other.high))
    )


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    return _MARKS.sub("", fold(text))


@lru_cache(maxsize=4096)
def _pairs(bare: str) -> frozenset[str]:
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1))
