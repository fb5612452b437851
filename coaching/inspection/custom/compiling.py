"""From a custom rule's definition to a `Rule`, which is then looked at like the bundled ones.

A rule whose regular expression runs too long over a conversation gives it up with a `RuleOverrunError`, and leaves
the other rules alone.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from coaching.inspection.custom.conditions import Found, test_of
from coaching.inspection.custom.definition import Anchor, Definition
from coaching.inspection.custom.operators import Similar
from coaching.inspection.custom.patterns import Allowance
from coaching.inspection.custom.scene import Scene
from coaching.inspection.reading import Message, Reading
from coaching.inspection.rule import Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.wording import approved_reply
from embeddings.ports import Vectors
from kb.text.folding import fold

_QUOTE_CHARS = 200
_ANYWHERE = 1_000_000_000
VectorsOf = Callable[[Sequence[str]], Mapping[str, Vectors]]
"""Encodes folded texts: `VectorMemory.vectors_of`."""


def compile_rule(definition: Definition, rule_id: str, version: int, vectors_of: VectorsOf) -> Rule:
    """The rule that a definition says.

    Args:
        definition: what to look for.
        rule_id: what findings name.
        version: of the definition.
        vectors_of: asked once, for the examples of every `similar`.
    """
    examples = [fold(one) for leaf in definition.leaves() if isinstance(leaf, Similar) for one in leaf.examples]
    vectors = vectors_of(examples) if examples else {}
    seeker = _Seeker(definition, vectors)
    shop = definition.shops[0] if definition.shops else None
    platform = definition.platforms[0] if definition.platforms else None
    return Rule(
        id=rule_id,
        term=definition.term,
        version=version,
        dimension=definition.dimension,
        description=definition.description,
        deduction=definition.deduction,
        find=seeker.hits,
        severity=definition.severity,
        applies=seeker.applies,
        examples_hit=tuple(one.example(shop, platform) for one in definition.examples_hit),
        examples_miss=tuple(one.example(shop, platform) for one in definition.examples_miss),
    )


class _Seeker:
    """Looks for what a definition says."""

    def __init__(self, definition: Definition, vectors: Mapping[str, Vectors]) -> None:
        self._definition = definition
        self._test = test_of(definition.where, vectors)
        self._anchor_test = test_of(definition.anchor.where, vectors) if definition.anchor else None

    def applies(self, reading: Reading, limits: Limits) -> bool:
        """Whether there is anything to look at; an anchor that does not occur makes the rule not applicable."""
        definition, place = self._definition, reading.transcript
        if definition.shops and place.shop not in definition.shops:
            return False
        if definition.platforms and place.platform not in definition.platforms:
            return False
        if definition.needs_end and not reading.finished:
            return False
        own = [message for message in reading.messages if message.role == definition.role]
        if not own or not reading.of_agent:
            return False
        if definition.needs_times and all(message.line.sent_at is None for message in own):
            return False
        anchor = definition.anchor
        return anchor is None or anchor.is_missing or bool(self._anchors(_scene(reading, limits)))

    def hits(self, reading: Reading, limits: Limits) -> Iterator[Hit]:
        """What is wrong with a conversation to which the rule applies."""
        scene = _scene(reading, limits)
        definition = self._definition
        if definition.is_missing:
            yield from self._missing(scene)
            return
        anchors = self._anchors(scene)
        for message, found in self._found(scene):
            near = _near(message.index, definition.anchor, anchors)
            if definition.anchor is None or bool(near) != definition.anchor.is_missing:
                yield self._hit(scene, message, found, near)

    def _found(self, scene: Scene) -> Iterator[tuple[Message, Found]]:
        for message in scene.messages(self._definition.role, self._definition.range):
            found = self._test(scene, message)
            if found is not None:
                yield message, found

    def _anchors(self, scene: Scene) -> list[int]:
        """Where the anchor occurs."""
        anchor, test = self._definition.anchor, self._anchor_test
        if anchor is None or test is None:
            return []
        return [
            message.index for message in scene.messages(anchor.role, anchor.range) if test(scene, message) is not None
        ]

    def _missing(self, scene: Scene) -> Iterator[Hit]:
        """What must be said was not said: one hit for the conversation, with the anchors it belongs to."""
        said = [message.index for message, _ in self._found(scene)]
        anchor = self._definition.anchor
        if anchor is None:
            if not said:
                yield self._about_all("", ())
            return
        turned = anchor.model_copy(update={"place": "before" if anchor.place == "after" else "after"})
        alone = tuple(index for index in self._anchors(scene) if not _near(index, turned, said))
        if alone:
            yield self._about_all(scene.reading.messages[alone[0]].text, alone)

    def _about_all(self, quote: str, context: tuple[int, ...]) -> Hit:
        definition = self._definition
        return Hit(
            (),
            definition.confidence_01,
            quote[:_QUOTE_CHARS],
            definition.advice or definition.description,
            context,
            better_reply=definition.better_reply or None,
        )

    def _hit(self, scene: Scene, message: Message, found: Found, near: Sequence[int]) -> Hit:
        definition = self._definition
        exchange = scene.reading.exchange_of.get(message.index)
        asked = tuple(one.index for one in exchange.asked[-1:]) if exchange and message.role == "agent" else ()
        context = sorted({*found.context_index, *near[:1], *asked} - {message.index})
        hit = Hit(
            (message.index,),
            definition.confidence_01,
            "…".join(dict.fromkeys(found.quotes))[:_QUOTE_CHARS] or message.text[:_QUOTE_CHARS],
            definition.advice or definition.description,
            tuple(context),
            better_reply=definition.better_reply or approved_reply(exchange),
        )
        of_card = found.of_card
        if of_card is None:
            return hit
        return replace(
            hit,
            confidence_01=min(hit.confidence_01, of_card.confidence_01),
            reason=f"{hit.reason}（{of_card.reason}）",
            card_id=of_card.card_id,
            card_version=of_card.card_version,
            card_quote=of_card.card_quote,
            better_reply=definition.better_reply or of_card.better_reply,
        )


def _scene(reading: Reading, limits: Limits) -> Scene:
    return Scene(reading, limits, Allowance.of(len(reading.messages)))


def _near(index: int, anchor: Anchor | None, anchors: Sequence[int]) -> Sequence[int]:
    """The anchors, in order, before (after) which a message stands; the nearest first where it comes after them."""
    if anchor is None:
        return ()
    reach = anchor.within or _ANYWHERE
    if anchor.place == "after":
        return anchors[bisect_left(anchors, index - reach) : bisect_left(anchors, index)][::-1]
    return anchors[bisect_right(anchors, index) : bisect_right(anchors, index + reach)]
