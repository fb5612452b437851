"""The same long text again where it did not help. Pure."""

from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.acts import CustomerAct
from coaching.inspection.reading import Reading
from coaching.inspection.replies import read_reply
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.turns import Turn, turns

_LONG_CHARS = 18
_NEEDS_MORE = frozenset({CustomerAct.QUESTION, CustomerAct.REQUEST, CustomerAct.REPORT, CustomerAct.CHASE})


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """The same long text again where it did not help."""
    for turn in turns(reading):
        if turn.act not in _NEEDS_MORE or turn.repeats_question:
            continue
        said_before = {
            piece: message.index
            for one in turn.earlier
            for message in one.replies
            for piece in read_reply(message.text).content
        }
        again = [piece for piece in turn.reply.content if piece in said_before]
        if sum(map(len, again)) < _LONG_CHARS or len("".join(again)) < 0.75 * len(turn.content):
            continue
        yield _hit(turn, said_before[again[0]])


def _hit(turn: Turn, first: int) -> Hit:
    confidence_01 = 0.8 if turn.act is CustomerAct.QUESTION else 0.7
    reason = "把前面发过的话又发了一遍，顾客已经看过，问题没有解决"
    return Hit((turn.last,), confidence_01, turn.said, reason, (first, *turn.asked_index))


RULE = Rule(
    id="repeat",
    term="重复话术",
    version=1,
    dimension=Dimension.COMMUNICATION,
    description="同一大段话原样再发一遍，没有解决顾客新的问题；顾客问了同样的问题、问候和结束语不算",
    deduction=5,
    find=find,
    examples_hit=(
        Example(
            chat(
                "C 发票怎么开", "A 确认收货后系统会在两天内自动开具，并发送到您下单时填的邮箱",
                "C 两天是从哪天算", "A 确认收货后系统会在两天内自动开具，并发送到您下单时填的邮箱",
            ), at=(3,)
        ),
        Example(
            chat(
                "C 包裹没动静", "A 近期单量较大，仓库正在按照付款顺序依次安排出库",
                "C 那我这单前面还有多少", "A 亲，近期单量较大，仓库正在按照付款顺序依次安排出库",
            ), at=(3,)
        ),
    ),
    examples_miss=(
        Example(chat("C 你好", "A 您好，请问有什么可以帮您的吗", "C 在吗", "A 您好，请问有什么可以帮您的吗")),
        Example(chat("C 有货吗", "A 有货的", "C 蓝色也有吗", "A 有货的")),
        Example(
            chat(
                "C 发票怎么开", "A 确认收货后系统会在两天内自动开具，并发送到您下单时填的邮箱",
                "C 刚才没看到，发票怎么开", "A 确认收货后系统会在两天内自动开具，并发送到您下单时填的邮箱",
            )
        ),
    ),
)  # fmt: skip
