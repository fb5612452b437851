"""From wordings that `kb.text.terms` objects to, to hits of a rule. Pure."""

from collections.abc import Callable, Iterator

from coaching.inspection.reading import Exchange, Reading
from coaching.inspection.rule import Hit
from coaching.inspection.rule_sets import Limits


def finder(code: str, confidence_01: float) -> Callable[[Reading, Limits], Iterator[Hit]]:
    """Finds the agent's messages whose wording this code objects to: one hit a message, quoting all of it."""

    def find(reading: Reading, limits: Limits) -> Iterator[Hit]:  # noqa: ARG001
        for index, terms in reading.wordings.items():
            mine = [term for term in terms if term.code == code]
            if mine:
                quote = "…".join(term.quote for term in mine)
                reason = f"“{quote}”：{mine[0].message}；{mine[0].advice}"
                exchange = reading.exchange_of.get(index)
                asked = tuple(message.index for message in exchange.asked[-1:]) if exchange else ()
                yield Hit((index,), confidence_01, quote, reason, asked, better_reply=approved_reply(exchange))

    return find


def approved_reply(exchange: Exchange | None) -> str | None:
    """How the card says it that the round's question retrieves; None where none is sure."""
    cards = [one.card for one in exchange.questions if one.card] if exchange else []
    return cards[0].replies[0] if cards and cards[0].replies else None
