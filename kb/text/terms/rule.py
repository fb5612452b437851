"""What a wording check is made of: patterns with their reasons, and what excuses them. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

_BREAKS = ",，。!?;、\n"
_GAP = r"[\s.\-_·*|/~'\"]{0,2}"


def spaced(word: str) -> str:
    """A pattern for `word` that also finds it pulled apart (好-评 返.现)."""
    return _GAP.join(re.escape(char) for char in word)


class Spans:
    """Stretches of a text, joined where they overlap, asked in logarithmic time."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start < self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def touch(self, start: int, end: int) -> bool:
        """Whether one of them shares a character with [start, end)."""
        at = bisect_left(self._starts, end)
        return at > 0 and self._ends[at - 1] > start


@dataclass(frozen=True)
class Wording:
    """A regular expression over the shadow of a text (`kb.text.shadow`), and why it is listed."""

    pattern: str
    reason: str

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, compiled on first use."""
        return re.compile(self.pattern)


@dataclass(frozen=True)
class TermRule:
    """One code with everything that hits it.

    `excuses` are wordings in which a hit is none, because the hit lies inside or touches them.
    `denials` must end right where a hit begins: 不能保证, 请勿加微信.
    """

    code: str
    message: str
    advice: str
    wordings: tuple[Wording, ...]
    excuses: tuple[Wording, ...] = ()
    denials: str = ""
    card_may_allow: bool = True
    """Whether the same words in an approved card make them right (never for what platforms forbid)."""

    @cached_property
    def _denied(self) -> re.Pattern[str] | None:
        return re.compile(f"(?:{self.denials})[^{_BREAKS}]{{0,8}}$") if self.denials else None

    def hits(self, shadow: str) -> Iterator[tuple[int, int]]:
        """Half-open spans of the hits, in order, not overlapping."""
        found = sorted(
            {match.span() for wording in self.wordings for match in wording.compiled.finditer(shadow) if match[0]}
        )
        if not found:
            return
        excused = Spans(match.span() for excuse in self.excuses for match in excuse.compiled.finditer(shadow))
        reached = 0
        for start, end in found:
            if start < reached or excused.touch(start, end):
                continue
            if self._denied and self._denied.search(shadow, max(0, start - 18), start):
                continue
            reached = end
            yield start, end
