"""Checks of a reply's wording: what a shop's agent must not say, or says too loosely. Pure.

Each code has its own data file with patterns and their reasons. Who counts as the speaker, and what
a hit costs, is decided by the caller (inspection, card validator, suggestion warnings).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.text.folding import fold
from kb.text.shadow import shadow
from kb.text.terms import absolute, off_platform, promises, reviews, vague, variables
from kb.text.terms.phones import phone_hits
from kb.text.terms.rule import Spans, TermRule

RULES: tuple[TermRule, ...] = (
    absolute.RULE,
    promises.RULE,
    off_platform.RULE,
    reviews.RULE,
    variables.RULE,
    vague.RULE,
)


@dataclass(frozen=True, slots=True)
class TermHit:
    """One wording that hit: `text[start:end] == quote`; message and advice are in Chinese, for people."""

    code: str
    start: int
    end: int
    quote: str
    message: str
    advice: str


def check_terms(text: str, card_texts: Sequence[str] = ()) -> tuple[TermHit, ...]:
    """Everything in a reply's wording that one of the codes objects to, in order of place.

    Codes: absolute_terms, over_promise, off_platform, cash_for_review, unfilled_variable, vague.

    Args:
        text: What the agent wrote or is about to send.
        card_texts: Approved wordings (the card's replies). A phrase that stands there word for word is
            no hit, but for what platforms forbid and for variables left open.
    """
    plain = shadow(text)
    allowed = [fold(card_text) for card_text in card_texts]
    hits: list[TermHit] = []
    for rule in RULES:
        spans = list(rule.hits(plain))
        if rule is off_platform.RULE:
            known = Spans(spans)
            spans += [span for span in phone_hits(plain) if not known.touch(*span)]
        for start, end in spans:
            quote = text[start:end]
            if rule.card_may_allow and any(fold(quote) in card_text for card_text in allowed):
                continue
            hits.append(TermHit(rule.code, start, end, quote, rule.message, rule.advice))
    return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end, hit.code)))


__all__ = ["RULES", "TermHit", "TermRule", "check_terms"]
