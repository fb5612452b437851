"""Search for people: by words, by pinyin (`tkjd` → 退款进度), by a card's own number; with filters.

Differs from a suggestion in who is speaking: somebody who knows the words of the shop and wants to
look around, so nothing is split, merged or taken as a greeting.
"""

import re
import threading
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from kb.errors import EmptyTextError
from kb.search.catalogue import Catalogue, Entry
from kb.search.ranking import CONFIDENT, Ranked, Signals
from kb.search.retrieval import find_cards
from kb.search.scope import Scope, valid_at
from kb.text.folding import fold, has_content
from kb.text.pinyin import PinyinKeys, looks_like_pinyin, matches_pinyin, pinyin_keys

MAX_QUERY_CHARS = 300
"""What is looked at of a longer query: its end, as in a suggestion."""


@dataclass(frozen=True)
class Sought:
    """What somebody is looking for; None leaves a filter open."""

    text: str
    scope: Scope
    now: datetime
    limit: int = 20
    kind: str | None = None
    phase: str | None = None
    intent: str | None = None

    def admits(self, entry: Entry) -> bool:
        """Whether the filters let a card through, scope and time aside."""
        return (
            self.kind in (None, entry.kind)
            and self.phase in (None, entry.phase)
            and self.intent in (None, entry.intent)
        )


@dataclass(frozen=True)
class SearchResult:
    """What was found, best first; `score_01` of a pinyin match is the share of the question that was typed."""

    ranked: list[Ranked]
    reason: str | None
    """Why nothing was good enough: `no_content` (only signs were typed) or `no_match`."""


def search_cards(catalogue: Catalogue, keyring: "PinyinKeyring", sought: Sought) -> SearchResult:
    """Published cards for a person's words.

    Raises:
        EmptyTextError: nothing to look for.
    """
    if not sought.text.strip():
        raise EmptyTextError("请输入要找的内容：一个词、一句话、拼音首字母，或知识卡编号。")
    if not has_content(sought.text):
        return SearchResult([], "no_content")
    exact = [*_by_number(catalogue, sought), *_by_pinyin(catalogue, keyring, sought)]
    folded = fold(sought.text)[-MAX_QUERY_CHARS:]
    [vector] = catalogue.encoder.encode_queries([folded])
    words = find_cards(catalogue, folded, vector, sought.scope, sought.now, only=sought.admits)
    if exact:
        # Letters say little to the encoder: beside what they spell, only what it is sure of.
        words = [one for one in words if one.is_sure]
    by_card = {one.signals.card_id: one for one in reversed([*exact, *words])}
    ranked = [by_card.pop(one.signals.card_id) for one in [*exact, *words] if one.signals.card_id in by_card]
    is_good = bool(exact) or (bool(ranked) and ranked[0].is_sure)
    return SearchResult(ranked[: sought.limit], None if is_good else "no_match")


def _by_number(catalogue: Catalogue, sought: Sought) -> list[Ranked]:
    number = sought.text.strip()
    found = (entry for entry in catalogue.entries() if entry.external_id == number)
    return [_exact(entry, next(iter(entry.questions)), 1.0) for entry in found if _is_open(entry, sought)]


def _by_pinyin(catalogue: Catalogue, keyring: "PinyinKeyring", sought: Sought) -> list[Ranked]:
    if not looks_like_pinyin(sought.text):
        return []
    matches = keyring.matches(catalogue, sought.text)
    found = [_exact(one.entry, one.question_id, one.score_01) for one in matches if _is_open(one.entry, sought)]
    return sorted(found, key=lambda one: (-one.score_01, one.signals.card_id))


def _is_open(entry: Entry, sought: Sought) -> bool:
    return sought.scope.admits(entry) and valid_at(entry, sought.now) and sought.admits(entry)


def _exact(entry: Entry, question_id: int, score_01: float) -> Ranked:
    signals = Signals(
        entry.card_id,
        dense=score_01,
        centre=score_01,
        lexical=0.0,
        document=0.0,
        coverage=1.0,
        negative=-1.0,
        question_id=question_id,
    )
    return Ranked(signals, score_01, score_01, is_sure=score_01 >= CONFIDENT)


class PinyinMatch(NamedTuple):
    """A card with the question whose pinyin fits best."""

    entry: Entry
    question_id: int
    score_01: float


class _Key(NamedTuple):
    question_id: int
    keys: PinyinKeys
    steps: int
    """Bit set of letter pairs that may follow each other in a query for this question."""


class PinyinKeyring:
    """Pinyin of every published question, made when first needed and kept as the catalogue changes."""

    def __init__(self) -> None:
        self._by_revision: dict[int, tuple[_Key, ...]] = {}
        self._entries: list[Entry] = []
        self._generation = -1
        self._lock = threading.Lock()

    @property
    def generation(self) -> int:
        """The catalogue's generation that is spelled out; −1 before the first."""
        return self._generation

    def follow(self, catalogue: Catalogue) -> None:
        """Takes in what changed since the last time; the first time takes 0.1–0.3 ms a question (2 cores)."""
        with self._lock:
            generation = catalogue.generation
            if generation == self._generation:
                return
            entries, known = catalogue.entries(), self._by_revision
            self._by_revision = {one.revision_id: known.get(one.revision_id) or _keys(one) for one in entries}
            self._entries, self._generation = entries, generation

    def matches(self, catalogue: Catalogue, typed: str) -> list[PinyinMatch]:
        """Every card that some question's pinyin matches, in no order."""
        self.follow(catalogue)
        with self._lock:
            entries, by_revision = self._entries, self._by_revision
        needed = _steps(("".join(re.findall("[a-z0-9]+", typed.lower())),))
        found = []
        for entry in entries:
            scores = [
                (matches_pinyin(typed, key.keys), -key.question_id)
                for key in by_revision[entry.revision_id]
                if not needed & ~key.steps
            ]
            if scores and (best := max(scores))[0] > 0:
                found.append(PinyinMatch(entry, -best[1], best[0]))
        return found


def _keys(entry: Entry) -> tuple[_Key, ...]:
    return tuple(
        _Key(question_id, keys, _steps(keys.syllables))
        for question_id, text in entry.questions.items()
        for keys in (pinyin_keys(text),)
    )


def _steps(syllables: tuple[str, ...]) -> int:
    """Which letter may come after which: inside a syllable, or from any of its letters to the next one's first."""
    steps = 0
    for at, syllable in enumerate(syllables):
        following = syllables[at + 1][0] if at + 1 < len(syllables) else ""
        for first, second in pairwise(syllable):
            steps |= _bit(first, second)
        if following:
            for letter in set(syllable):
                steps |= _bit(letter, following)
    return steps


def _bit(first: str, second: str) -> int:
    return 1 << ((ord(first) & 63) * 64 + (ord(second) & 63))
