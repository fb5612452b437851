"""From the operators of a definition to tests of one message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coaching.inspection.custom.entities import find_entity
from coaching.inspection.custom.operators import (
    AgainstCard,
    AllOf,
    AnyOf,
    Condition,
    Feels,
    Holds,
    Interval,
    Keywords,
    Matches,
    Repeated,
    Similar,
)
from coaching.inspection.custom.patterns import MAX_TEXT_CHARS, Pattern
from coaching.inspection.custom.scene import Scene
from coaching.inspection.reading import Message
from coaching.inspection.rule import Hit
from embeddings.ports import Vectors
from kb.text.folding import fold

_ONE = 1e-6
"""What single precision may miss of a cosine of 1."""


@dataclass(frozen=True)
class Found:
    """Why a condition holds for a message."""

    quotes: tuple[str, ...] = ()
    """As written; empty: the message as a whole."""
    context_index: tuple[int, ...] = ()
    of_card: Hit | None = None
    """What was held against a card."""


Test = Callable[[Scene, Message], Found | None]
"""Why a condition holds for a message; None where it does not."""


def test_of(condition: Condition, vectors: Mapping[str, Vectors]) -> Test:
    """The test that a condition stands for.

    Args:
        condition: as it was built.
        vectors: of the folded examples of every `similar` in it, float32 (d,) unit vectors.
    """
    match condition:
        case Keywords():
            return _keywords(condition)
        case Matches():
            return _matches(condition)
        case Similar():
            return _similar(condition, vectors)
        case Repeated():
            return _repeated(condition)
        case Interval():
            return _interval(condition)
        case Holds():
            return _holds(condition)
        case Feels():
            return _feels(condition)
        case AgainstCard():
            return _against_card(condition)
        case AllOf():
            return _all([test_of(one, vectors) for one in condition.of])
        case AnyOf():
            return _any([test_of(one, vectors) for one in condition.of])
    return _not(test_of(condition.of, vectors))


def _keywords(wanted: Keywords) -> Test:
    either = [(word, fold(word)) for word in wanted.any]
    every = [(word, fold(word)) for word in wanted.all]

    def test(_scene: Scene, message: Message) -> Found | None:
        said = message.folded
        first = next((word for word, folded in either if folded in said), None)
        if (either and first is None) or not all(folded in said for _, folded in every):
            return None
        words = [*([first] if first else []), *(word for word, _ in every)]
        return Found(tuple(word for word in words if word in message.text))

    return test


def _matches(wanted: Matches) -> Test:
    pattern = Pattern(wanted.pattern, ignore_case=wanted.ignore_case)

    def test(scene: Scene, message: Message) -> Found | None:
        found = pattern.search(message.text, scene.allowance)
        return None if found is None else Found((found.strip(),) if found.strip() else ())

    return test


def _similar(wanted: Similar, vectors: Mapping[str, Vectors]) -> Test:
    examples = np.stack([vectors[fold(one)] for one in wanted.examples])

    def test(_scene: Scene, message: Message) -> Found | None:
        return Found() if float((examples @ message.vector).max()) + _ONE >= wanted.at_least_01 else None

    return test


def _repeated(wanted: Repeated) -> Test:
    def test(scene: Scene, message: Message) -> Found | None:
        first, times = scene.said[message.index]
        return Found((), (first,)) if len(message.text) >= wanted.min_chars and times >= wanted.times else None

    return test


def _interval(wanted: Interval) -> Test:
    def test(scene: Scene, message: Message) -> Found | None:
        before = scene.before(message, wanted.since)
        sent_at, before_at = message.line.sent_at, before.line.sent_at if before else None
        # The clock going backwards measures nothing.
        if before is None or sent_at is None or before_at is None or sent_at < before_at:
            return None
        if wanted.in_service and not scene.limits.in_service(before_at):
            return None
        seconds = (sent_at - before_at).total_seconds()
        is_late = wanted.longer_than_s is None or seconds > wanted.longer_than_s
        is_soon = wanted.shorter_than_s is None or seconds < wanted.shorter_than_s
        return Found((), (before.index,)) if is_late and is_soon else None

    return test


def _holds(wanted: Holds) -> Test:
    def test(_scene: Scene, message: Message) -> Found | None:
        found = find_entity(message.text[:MAX_TEXT_CHARS], wanted.entities)
        return None if found is None else Found((found,))

    return test


def _feels(wanted: Feels) -> Test:
    def test(_scene: Scene, message: Message) -> Found | None:
        return Found() if message.emotion in wanted.emotions else None

    return test


def _against_card(wanted: AgainstCard) -> Test:
    about = [fold(word) for word in wanted.about]

    def test(scene: Scene, message: Message) -> Found | None:
        for hit in scene.of_card(message, wanted.relation):
            # The reason names the card's question.
            against = fold(f"{hit.reason}\n{hit.card_quote or ''}")
            if not about or any(word in against for word in about):
                return Found((hit.quote,), hit.context_index, hit)
        return None

    return test


def _all(tests: Sequence[Test]) -> Test:
    def test(scene: Scene, message: Message) -> Found | None:
        found = Found()
        for one in tests:
            more = one(scene, message)
            if more is None:
                return None
            found = Found(
                (*found.quotes, *more.quotes),
                (*found.context_index, *more.context_index),
                found.of_card or more.of_card,
            )
        return found

    return test


def _any(tests: Sequence[Test]) -> Test:
    def test(scene: Scene, message: Message) -> Found | None:
        return next((found for one in tests if (found := one(scene, message)) is not None), None)

    return test


def _not(inner: Test) -> Test:
    def test(scene: Scene, message: Message) -> Found | None:
        return Found() if inner(scene, message) is None else None

    return test
