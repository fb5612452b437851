""" "Please wait" again, or as the last word on a problem, with no reason, action or time. Pure."""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.acts import CustomerAct
from coaching.inspection.answering import Kind, gives
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.turns import Turn, adjusted, turns

_SOON = re.compile(
    r"尽快|尽早|尽量|耐心|等待|等一?下|等通知|第一时间|抓紧|加紧|陆续|积极|催|短信通知|通知[您你]|到时候?|后续|安心等|再等|关注"
)
_PATIENCE = re.compile(r"耐心|等待|再等|安心等")
_LOOKS = re.compile(r"查|核实|处理|确认|联系|看|问")
_HURRIES = re.compile(r"(?:能|会|可以).{0,4}(?:到|发货|送|收到)|加急|来不及|赶不上|等着?用|着急|很急|急用")
_ONLY_SOON = re.compile(r"尽快|尽早|抓紧|耐心|第一时间|加紧")
_ON_ITS_WAY = re.compile(r"专员|升级|已经?为|已为")
_DONE = re.compile(r"已经?.{0,3}(?:通过|完成|到账|发出|寄出|退回|退款|办好|处理好)")
_SEE_THERE = re.compile(r"(?:看|见|以|关注).{0,8}(?:预告|公告|日程|排期)")
"""Where the time stands that the shop does not know by heart."""
_CHASES = re.compile(r"怎么样了|好了(?:吗|么|没)|还没|多久|快点|尽快|催|人呢|[?？]{2,}")
_TIME = re.compile(
    r"今[天日晚]|明[天日早晚]|后天|当天|次日|[上下中]午|晚上|\d+\s*(?:点|[:：]\d|小时|分钟|天|个?工作日|号|日|月)|"
    r"\[(?:数字|日期|时间|金额)[^\]]{0,2}\].{0,4}(?:小时|分钟|天|工作日|点|号|月|前|内)?|[一二两三四五六七八九十半几]个?(?:小时|分钟|天|工作日|点|周|星期|月)"
)


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """ "Please wait" again, or as the last word on a problem, with no reason, action or time."""
    for turn in turns(reading):
        found = _waits_again(turn) or _soon(turn) or _told_to_wait(turn) or _ends_waiting(reading, turn)
        if found:
            confidence_01, reason = found
            evidence = (*turn.asked_index, *(turn.next_index if turn.is_protested else ()))
            yield Hit((turn.last,), adjusted(confidence_01, turn), turn.said, reason, evidence)


def _only_waits(turn: Turn) -> bool:
    return turn.reply.waits and not turn.states and not turn.reply.asks


def _waits_again(turn: Turn) -> tuple[float, str] | None:
    """The customer chases, and hears the same "please wait" as before."""
    if not turn.earlier or turn.is_content or not _only_waits(turn) or _TIME.search(turn.said):
        return None
    before = turn.before
    if before is None or not _only_waits(before):
        return None
    if turn.act is CustomerAct.CHASE or turn.repeats_question or _CHASES.search(turn.asked):
        return 0.8, "顾客在催，又让顾客等，没有说原因、进展或时间"
    return None


def _soon(turn: Turn) -> tuple[float, str] | None:
    """ "As soon as possible" to somebody who asks when, or is in trouble."""
    if not turn.reply.content or turn.reply.asks or not _SOON.search(turn.content) or _TIME.search(turn.said):
        return None
    if _DONE.search(turn.content) or _SEE_THERE.search(turn.content):
        return None
    if not turn.reply.acknowledges and _HURRIES.search(turn.asked) and _ONLY_SOON.search(turn.content):
        return 0.6, "顾客在问能不能赶上，只说尽快，没有给时间"
    if Kind.WHEN in turn.kinds and not gives(Kind.WHEN, turn.content):
        return 0.8, "顾客问什么时候，只说尽快、等通知，没有给时间"
    if Kind.WHEN in turn.kinds:
        return 0.7, "顾客问什么时候，没有给时间"
    if _ON_ITS_WAY.search(turn.content):
        return None
    if turn.is_when_pending and turn.wants_substance and not turn.reply.acknowledges and not turn.kinds:
        return 0.6, "顾客一直在问时间，仍然没有给"
    return None


def _told_to_wait(turn: Turn) -> tuple[float, str] | None:
    """Told to be patient, nothing else, where something is wrong or was asked."""
    if turn.reply.acknowledges and turn.act is not CustomerAct.REPORT:
        return None
    if not turn.wants_substance or not _only_waits(turn) or not _PATIENCE.search(turn.said) or _LOOKS.search(turn.said):
        return None
    return (0.65, "只让顾客耐心等待，没有说原因、动作或时间") if not _TIME.search(turn.said) else None


def _ends_waiting(reading: Reading, turn: Turn) -> tuple[float, str] | None:
    """A conversation that is over, on a problem, with "please wait" as the last word."""
    if not reading.finished or turn.next or not turn.wants_substance or not _only_waits(turn):
        return None
    return (0.65, "让顾客等，之后没有任何答复") if not _TIME.search(turn.said) else None


RULE = Rule(
    id="stalling",
    term="拖延",
    version=1,
    dimension=Dimension.SOLVING,
    description="再次让顾客等，却没有原因、动作或时间，或以“尽快”“请等待”收尾；一次“我帮您查一下”不算",
    deduction=10,
    find=find,
    examples_hit=(
        Example(chat("C 查到了吗", "A 请稍等，正在为您查询", "C ??", "A 请稍等，正在为您查询"), at=(3,)),
        Example(chat("C 补发的那件什么时候能寄出来", "A 亲，会尽快给您安排的哦"), at=(1,)),
        Example(chat("C 退款哪天能到", "A 您耐心等待一下，到账会通知您的", "C 我问哪天"), at=(1,)),
    ),
    examples_miss=(
        Example(chat("C 快递到哪了", "A 请稍等，我帮您查一下", "C 好", "A 已经到上海了，明天送")),
        Example(chat("C 补发的那件什么时候能寄出来", "A 今天下午五点前寄出，会尽快的")),
        Example(chat("C 什么时候再上新", "A 上新日期看首页的公告，您可以关注一下")),
        Example(chat("C 要等多久", "A 我催过财务，您的申请已经通过了")),
        Example(chat("C 好的，麻烦尽快", "A 会尽快的哦")),
    ),
)
