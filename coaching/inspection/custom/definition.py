"""What a custom rule says: the validated value that API, pages and tables share. Pure.

A rule looks for messages of one role, in a range of them, for which a condition holds; where it has an anchor, only
those that stand before or after a message for which another condition holds.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from coaching.inspection.custom.example_chats import ExampleChat
from coaching.inspection.custom.operators import MASKED, AgainstCard, Condition, Feels, Leaf, Part, Similar
from coaching.inspection.custom.operators import depth as depth_of
from coaching.inspection.custom.operators import leaves as leaves_of
from coaching.inspection.custom.operators import needs_times as times_needed
from coaching.inspection.rule import Dimension, Severity
from kb.content import Codes
from kb.vocabulary import Platform

MAX_DEPTH = 5
MAX_OPERATORS = 40
MAX_CHATS = 50
SURE_01 = 0.8

_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
_Masked = Annotated[str, MASKED, StringConstraints(strip_whitespace=True, max_length=500)]
_TERMS = {"customer": "顾客", "agent": "客服", "bot": "机器人"}


class Range(Part):
    """Which messages of the role: all, the first few, or the last few."""

    which: Literal["all", "first", "last"] = "all"
    count: Annotated[int, Field(ge=1, le=1_000)] = 1
    """How many, of the first and last."""

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        return {"which": value} if isinstance(value, str) else value


class Search(Part):
    """Messages of a role, in a range, for which a condition holds."""

    role: Literal["customer", "agent", "bot"] = "agent"
    range: Range = Range()
    where: Condition

    @model_validator(mode="after")
    def _fits_role(self) -> "Search":
        for leaf in leaves_of(self.where):
            if isinstance(leaf, Feels) and self.role != "customer":
                raise ValueError(f"情绪只看顾客的消息，这里看的是{_TERMS[self.role]}；请把情绪放到 role 为顾客的锚点里")
            if isinstance(leaf, AgainstCard) and self.role != "agent":
                raise ValueError("与知识卡比较只看客服的消息，请把 role 改成 agent")
            if isinstance(leaf, Similar) and self.role == "bot":
                raise ValueError("相似比较只看顾客和客服的消息，请改 role，或改用关键词")
        if depth_of(self.where) > MAX_DEPTH:
            raise ValueError(f"条件最多套 {MAX_DEPTH} 层，请拆成几条规则")
        return self


class Anchor(Search):
    """Where the message has to stand: before or after one that this search finds."""

    place: Literal["before", "after"]
    """`after`: what the rule looks for comes after the anchor."""
    within: Annotated[int, Field(ge=1, le=1_000)] | None = None
    """At most so many messages apart; None: anywhere."""
    is_missing: bool = False
    """Only where there is no such anchor."""


class Definition(Search):
    """A custom rule."""

    term: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)]
    """Its name."""
    description: Annotated[_Masked, StringConstraints(min_length=1)]
    """What counts and what does not."""
    advice: _Masked = ""
    """What the agent reads at a hit; empty: the description."""
    better_reply: _Text = ""
    """Sent to customers: a return address stays, as in a card."""
    dimension: Dimension
    severity: Severity = "normal"
    deduction: Annotated[float, Field(ge=0, le=100)] = 5
    """Points off the dimension's 100."""
    confidence_01: Annotated[float, Field(ge=0, le=1)] = SURE_01
    """How sure a hit is; below the rule set's `show_from_01` it waits for a reviewer."""
    shops: Codes = ()
    """Empty: every shop."""
    platforms: Annotated[tuple[Platform, ...], AfterValidator(lambda given: tuple(dict.fromkeys(given)))] = ()
    """Empty: every platform."""
    anchor: Anchor | None = None
    is_missing: bool = False
    """Hits where no message is found: what must be said was not said (with an anchor: around that anchor)."""
    examples_hit: Annotated[tuple[ExampleChat, ...], Field(min_length=1, max_length=MAX_CHATS)]
    examples_miss: Annotated[tuple[ExampleChat, ...], Field(min_length=1, max_length=MAX_CHATS)]

    @model_validator(mode="after")
    def _is_sound(self) -> "Definition":
        if sum(1 for _ in self.leaves()) > MAX_OPERATORS:
            raise ValueError(f"一条规则最多 {MAX_OPERATORS} 个条件，请拆成几条规则")
        if self.is_missing and self.anchor is not None and self.anchor.is_missing:
            raise ValueError("规则和锚点不能都写“没有出现”，请只留一个")
        both = {one.written() for one in self.examples_hit} & {one.written() for one in self.examples_miss}
        if both:
            raise ValueError(f"同一个例子既写成应命中又写成不应命中：“{min(both)[:60]}”，请改其中一个")
        return self

    def leaves(self) -> Iterator[Leaf]:
        """Every operator, those of the anchor too."""
        yield from leaves_of(self.where)
        if self.anchor is not None:
            yield from leaves_of(self.anchor.where)

    @property
    def needs_vectors(self) -> bool:
        """Whether texts must be encoded for it."""
        return any(isinstance(leaf, Similar) for leaf in self.leaves())

    @property
    def needs_cards(self) -> bool:
        """Whether cards must be looked up for it."""
        return any(isinstance(leaf, AgainstCard) for leaf in self.leaves())

    @property
    def needs_times(self) -> bool:
        """Whether it says nothing where messages have no times."""
        return times_needed(self.where)

    @property
    def needs_end(self) -> bool:
        """Whether it says nothing while a conversation goes on: what it looks for may still come."""
        anchor = self.anchor
        looks_back = self.is_missing or self.range.which == "last"
        return looks_back or (anchor is not None and (anchor.place == "before" or anchor.range.which == "last"))
