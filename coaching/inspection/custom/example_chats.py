"""Short conversations that a custom rule must hit, or must not, as a lead writes them. Pure."""

import re
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from coaching.conversations.transcript import Transcript, chat
from coaching.inspection.custom.operators import MASKED, Part
from coaching.inspection.ports import KnownCard
from coaching.inspection.rule import Example
from kb.content import Fact, KeyPoint, Lines, without_controls
from kb.vocabulary import Platform

MAX_LINES = 60

_LETTER = {"customer": "C", "agent": "A", "bot": "B", "system": "S"}
_ROLE = {"顾客": "customer", "客服": "agent", "机器人": "bot", "系统": "system"}
_WRITTEN = re.compile(r"(?:(\d{1,2}:\d\d(?::\d\d)?)\s+)?(顾客|客服|机器人|系统)\s*[:：]\s*(.*)", re.DOTALL)


class ExampleLine(Part):
    """One message."""

    role: Literal["customer", "agent", "bot", "system"]
    text: Annotated[str, MASKED, StringConstraints(min_length=1, max_length=2_000)]
    at: Annotated[str, StringConstraints(pattern=r"^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")] | None = None
    """Time of day, 10:00:05; may be left out."""


class ExampleCard(Part):
    """The card that the example's questions find, for rules that hold replies against cards."""

    standard_question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    replies: Lines = ()
    facts: tuple[Fact, ...] = ()
    key_points: tuple[KeyPoint, ...] = ()


class ExampleChat(Part):
    """A short conversation; may be written as text, one message a line: `顾客：多久发货`, `10:00:05 客服：今天`."""

    messages: Annotated[tuple[ExampleLine, ...], Field(min_length=1, max_length=MAX_LINES)]
    card: ExampleCard | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return value | {"messages": _messages(value.get("messages"))}
        return {"messages": _messages(value)}

    def written(self) -> str:
        """As text, one message a line."""
        terms = {role: term for term, role in _ROLE.items()}
        return "\n".join(f"{line.at} {terms[line.role]}：{line.text}".removeprefix("None ") for line in self.messages)

    def example(self, shop: str | None, platform: Platform | None) -> Example:
        """As rules are tried on it, at this place."""
        lines = [f"{line.at or ''} {_LETTER[line.role]} {line.text}".lstrip() for line in self.messages]
        transcript: Transcript = chat(*lines, platform=platform or Platform.OTHER, shop=shop)
        card = self.card
        cards = () if card is None else (_known(card),)
        return Example(transcript, cards)


def _known(card: ExampleCard) -> KnownCard:
    return KnownCard(0, 0, card.standard_question, card.replies, card.facts, card.key_points)


def _messages(value: Any) -> Any:
    if isinstance(value, str):
        return [_line(one) for one in without_controls(value).split("\n") if one.strip()]
    if isinstance(value, list | tuple):
        return [_line(one) if isinstance(one, str) else one for one in value]
    return value


def _line(written: str) -> dict[str, Any]:
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        raise ValueError("每行写一条消息，以“顾客：”或“客服：”开头，前面可以写时间，例如 10:00:05 客服：您好")
    at, term, text = match.groups()
    return {"role": _ROLE[term], "text": text, "at": at}
