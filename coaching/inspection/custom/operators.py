"""The operators a lead combines: each says something about one message. Pure.

They are data (JSON); `compiling.py` makes tests of them. Errors are in Chinese, for whoever builds the rule.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from coaching.errors import WordsMissingError
from coaching.inspection.custom.expressions import compiled
from coaching.inspection.emotion import Emotion
from coaching.written import maybe_written
from kb.text.folding import fold

MAX_WORDS = 100
MAX_EXAMPLES = 50
SIMILAR_FROM_01 = 0.94
"""Cosine under the bundled encoder: the same said in other words lies above 0.95, other things of a shop below 0.93.

Source: nine original sentences against three, 2026-11-22; try your own.
"""


class Entity(StrEnum):
    """What a message may hold."""

    PHONE = "phone"
    WECHAT = "wechat"
    ORDER_NUMBER = "order_number"
    MONEY = "money"


class Part(BaseModel):
    """A piece of a definition: closed, and never changed once read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _foldable(word: str) -> str:
    if not fold(word):
        raise ValueError(f"“{word}”里没有可以比较的文字，请写汉字、字母或数字")
    return word


def _masked(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return maybe_written(value, f" {info.field_name} ")
    except WordsMissingError as error:
        raise ValueError(str(error)) from error


MASKED = BeforeValidator(_masked)
"""Cleaned, and personal data masked, as conversations are on their way in; longer ones than 2,000 are refused."""

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_foldable)]
Sentence = Annotated[
    str, MASKED, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(_foldable)
]


class Keywords(Part):
    """Holds one of `any`, and all of `all`; compared without regard to width, case, Traditional writing or blanks."""

    operator: Literal["keywords"]
    any: Annotated[tuple[Word, ...], Field(max_length=MAX_WORDS)] = ()
    all: Annotated[tuple[Word, ...], Field(max_length=MAX_WORDS)] = ()

    @model_validator(mode="after")
    def _has_words(self) -> "Keywords":
        if not self.any and not self.all:
            raise ValueError("请至少写一个关键词：any 里的命中任意一个，all 里的要全部出现")
        return self


def _compilable(pattern: str) -> str:
    compiled(pattern)
    return pattern


class Matches(Part):
    """A regular expression matches somewhere in it."""

    operator: Literal["regex"]
    pattern: Annotated[str, StringConstraints(min_length=1), AfterValidator(_compilable)]
    ignore_case: bool = True


class Similar(Part):
    """Says about the same as one of the examples."""

    operator: Literal["similar"]
    examples: Annotated[tuple[Sentence, ...], Field(min_length=1, max_length=MAX_EXAMPLES)]
    at_least_01: Annotated[float, Field(ge=0.5, le=1)] = SIMILAR_FROM_01
    """Cosine from which it counts, 0.5…1, higher is stricter."""


class Repeated(Part):
    """The same role said the same before in this conversation."""

    operator: Literal["repeat"]
    times: Annotated[int, Field(ge=2, le=50)] = 2
    """From which time on it counts."""
    min_chars: Annotated[int, Field(ge=1, le=1_000)] = 10
    """Of the message: 在的 may be said often."""


class Interval(Part):
    """Comes later, or sooner, after the message before it than so many seconds; without times never."""

    operator: Literal["interval"]
    since: Literal["customer", "agent", "bot", "any"] = "customer"
    """Whose message before it counts, the nearest."""
    longer_than_s: Annotated[float, Field(gt=0, le=31_536_000)] | None = None
    shorter_than_s: Annotated[float, Field(gt=0, le=31_536_000)] | None = None
    in_service: bool = True
    """Only where the message before falls into the rule set's service hours."""

    @model_validator(mode="after")
    def _has_limit(self) -> "Interval":
        longer, shorter = self.longer_than_s, self.shorter_than_s
        if longer is None and shorter is None:
            raise ValueError("请填 longer_than_s（超过多少秒）或 shorter_than_s（少于多少秒）")
        if longer is not None and shorter is not None and longer >= shorter:
            raise ValueError("longer_than_s 要小于 shorter_than_s，否则永远不会命中")
        return self


class Holds(Part):
    """Holds one of these entities; what was masked on the way in counts as what it was."""

    operator: Literal["entity"]
    entities: Annotated[tuple[Entity, ...], Field(min_length=1)]


class Feels(Part):
    """The customer sounds like one of these."""

    operator: Literal["emotion"]
    emotions: Annotated[tuple[Emotion, ...], Field(min_length=1)]


class AgainstCard(Part):
    """The reply held against the card that the customer's question retrieves for sure."""

    operator: Literal["card_fact"]
    relation: Literal["contradicts", "vague", "missing_key_point"]
    about: Annotated[tuple[Word, ...], Field(max_length=MAX_WORDS)] = ()
    """Only where one of these stands in the card's question or in what the card says against it; empty: any card."""


class AllOf(Part):
    """All of these hold for the message."""

    operator: Literal["all"]
    of: Annotated[tuple["Condition", ...], Field(min_length=1, max_length=20)]


class AnyOf(Part):
    """At least one of these holds for the message."""

    operator: Literal["any"]
    of: Annotated[tuple["Condition", ...], Field(min_length=1, max_length=20)]


class NotThis(Part):
    """This does not hold for the message."""

    operator: Literal["not"]
    of: "Condition"


Leaf = Keywords | Matches | Similar | Repeated | Interval | Holds | Feels | AgainstCard
Condition = Annotated[Leaf | AllOf | AnyOf | NotThis, Field(discriminator="operator")]

for _kind in (AllOf, AnyOf, NotThis):
    _kind.model_rebuild()


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every operator of a condition but all, any and not."""
    if isinstance(condition, AllOf | AnyOf):
        for one in condition.of:
            yield from leaves(one)
    elif isinstance(condition, NotThis):
        yield from leaves(condition.of)
    else:
        yield condition


def depth(condition: Condition) -> int:
    """How deep all, any and not stand in each other; 1 for an operator alone."""
    if isinstance(condition, AllOf | AnyOf):
        return 1 + max(map(depth, condition.of))
    return 1 + depth(condition.of) if isinstance(condition, NotThis) else 1


def needs_times(condition: Condition) -> bool:
    """Whether a condition says nothing, or something wrong, where messages have no times."""
    if isinstance(condition, AllOf):
        return any(map(needs_times, condition.of))
    if isinstance(condition, AnyOf):
        return all(map(needs_times, condition.of))
    if isinstance(condition, NotThis):
        return any(isinstance(leaf, Interval) for leaf in leaves(condition.of))
    return isinstance(condition, Interval)
