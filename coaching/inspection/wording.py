"""From wordings that `kb.text.terms` objects to, to hits of a rule. Pure."""

from collections.abc import Callable, Iterator

from coaching.inspection.answering import MEAN_COSINE, answer_score_01, overlap_01
from coaching.inspection.reading import Exchange, Question, Reading
from coaching.inspection.rule import Hit
from coaching.inspection.rule_sets import Limits
from kb.text.folding import fold


def finder(code: str, confidence_01: float) -> Callable[[Reading, Limits], Iterator[Hit]]:
    """Finds the agent's messages whose wording this code objects to: one hit a message, quoting all of it."""

    def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
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
    """How a card answers what is asked in the round; None where none is sure to."""
    offered = (fitting_reply(question) for question in exchange.questions) if exchange else ()
    return next((reply for reply in offered if reply), None)


def fitting_reply(question: Question) -> str | None:
    """The card's reply to a question; None unless retrieval is sure and the reply answers it."""
    card = question.card
    if card is None or not card.replies:
        return None
    # Replies of cards have no vector here: words and the kind of answer decide.
    scores = [answer_score_01(question.text, reply, MEAN_COSINE) for reply in card.replies]
    about = overlap_01(fold(question.text), fold(card.standard_question))
    return card.replies[scores.index(max(scores))] if max(scores) >= _ANSWERS_01 and about >= _SAME_TOPIC else None


_ANSWERS_01 = 0.35
"""Answering score from which a card's reply is offered: the same from which a reply counts as an answer."""
_SAME_TOPIC = 0.15
"""Overlap of the question with the card's; less is a neighbouring topic."""
