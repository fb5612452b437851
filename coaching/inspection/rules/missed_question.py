"""One of several questions is never answered. Pure."""

from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.answering import Kind, answer_score_01, gives, kinds_asked, overlap_01
from coaching.inspection.reading import Question, Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.turns import Turn, turns
from kb.text.folding import fold

_ANSWERED_01 = 0.35
_MISSED_01 = 0.12
_ASKED_AGAIN = 0.6


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """One of several questions is never answered."""
    for turn in turns(reading):
        if len(turn.exchange.questions) < 2 or not turn.reply.statements or turn.reply.waits or turn.reply.asks:
            continue
        scores = [_answered_01(one, turn) for one in turn.exchange.questions]
        if max(scores) < _ANSWERED_01:
            continue  # nothing is answered: off_point's to say
        for question, score_01 in zip(turn.exchange.questions, scores, strict=True):
            if score_01 < _MISSED_01 and kinds_asked(fold(question.text)) and not _any_fits(question, turn):
                asked_again = _is_asked_again(question, turn)
                if asked_again or not turn.is_accepted:
                    reason = f"顾客一次问了几件事，“{question.text[:30]}”没有回答"
                    confidence_01 = 0.85 if asked_again else 0.6
                    yield Hit((turn.last,), confidence_01, turn.said, reason, (question.index,))
                break


def _answered_01(question: Question, turn: Turn) -> float:
    replies = (*turn.exchange.replies, *turn.next_replies)
    return max(answer_score_01(question.text, one.text, float(question.vector @ one.vector)) for one in replies)


def _any_fits(question: Question, turn: Turn) -> bool:
    """Whether any piece of the reply is the kind of answer that this question wants."""
    kinds = kinds_asked(fold(question.text)) - {Kind.WHICH}
    return any(gives(kind, piece) for kind in kinds for piece in (*turn.reply.content, turn.reply.folded))


def _is_asked_again(question: Question, turn: Turn) -> bool:
    return any(overlap_01(fold(question.text), message.folded) >= _ASKED_AGAIN for message in turn.next)


RULE = Rule(
    id="missed_question",
    term="漏答",
    version=1,
    dimension=Dimension.COMMUNICATION,
    description="顾客一次问了几个问题，其中一个一直没有回答；没有一次问几个问题的不适用",
    deduction=10,
    find=find,
    applies=lambda reading, _: any(len(one.questions) > 1 for one in reading.exchanges),
    examples_hit=(
        Example(
            chat("C 这条裙子有内衬吗？大概什么时候能发货？", "A 裙子有内衬的，不透", "C 那什么时候能发货？"), at=(1,)
        ),
        Example(
            chat("C 被子能机洗吗？填充多重？", "A 被子可以机洗的，放洗衣袋", "C 填充多重啊"), at=(1,)
        ),
    ),
    examples_miss=(
        Example(chat("C 这条裙子有内衬吗？什么时候发货？", "A 有内衬的，今天下午发货")),
        Example(chat("C 这条裙子有内衬吗？什么时候发货？", "A 有内衬的", "A 今天下午发")),
        Example(chat("C 这条裙子有内衬吗？", "A 有内衬的")),
    ),
)  # fmt: skip
