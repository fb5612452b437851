"""Cold, sarcastic, rhetorical, blaming, commanding or abusive words of an agent. Pure."""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.lookalikes import without_lookalikes
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule, Severity
from coaching.inspection.rule_sets import Limits

_ABUSE = re.compile(
    r"傻[逼比叉b子瓜]|(?<![a-z])sb(?![a-z0-9])|脑残|脑子(?:有|进|坏)|有病(?:吧|啊|呀|就去)|神经病|滚(?:吧|蛋|开|远|$|一边)|[你他]?妈的|[你他]妈|tmd|nmsl|白痴|弱智|智障|"
    r"废物|去死|不要脸|(?:真|太|好)?贱(?:人|货)|穷鬼|穷[逼b]|泼妇|你(?:大爷|妹的)|狗(?:东西|眼)|闭嘴"
)
_COLD = (
    r"(?:您|你)(?:自己)?(?:不会|没)(?:看|识字|认字|长眼)|不会自己看|自己不会(?:看|查|点)|看不懂(?:吗|中文|字)|不识字|没(?:长)?眼睛?|没看(?:见|到|清)?(?:吗|么|\?)|"
    r"(?:说|讲|告诉|回复|解释)(?:了|过|您|你)*(?:几|多少|很多|好多|好几|八百|两|三|n)(?:遍|次|回)(?!.{0,4}(?:抱歉|不好意思))|(?:我|不是|前面|刚才?|上面)(?:都|就|已经)?(?:不是)?(?:都)?(?:说|讲|告诉您|告诉你)(?:得)?(?:很|够)?(?:清楚|明白|过)了?(?:吗|么|吧|\?)|"
    r"听不懂(?:人话|吗|么|\?)|能不能(?:看|听)(?:清楚|明白|完)|爱(?P<does>[买要信退用等来看拍问去穿])不(?P=does)|(?:嫌.{1,4}|不(?:想|愿意?|爱)(?:买|要|等)?)(?:就|那)?(?:别|不要)(?:买|要|用|等)(?!了?吗)|"
    r"(?:关|管)我(?:们)?(?:什么|啥|屁)?事|(?:催|急|吵|闹|嚷)什么(?!时|东)|别(?:催|吵|闹|烦|啰嗦|废话)了?|(?:您|你)(?:烦不烦|有完没完|想怎(?:么样|样)|到底(?:要|想)(?:怎|干))|没完没了|废话|"
    r"无理取闹|胡搅蛮缠|(?:那)?(?:您|你)?(?:去|就)?投诉(?:去|吧|好了|呀)|随(?:便)?(?:您|你)(?:便|吧|啊|投诉|怎么)|(?:您|你)(?:看着办|爱怎|活该)|活该|自作自受|怪(?:得了)?谁|怪您自己|怪你自己|"
    r"(?:便宜|这个价|这点钱|几块钱|几十块|一分钱|[0-9一二两三五十百几]+块钱?(?:的)?)(?:.{0,6})(?:还想|还要(?!什么|哪|别)|要求|能有|知足|将就|一分货)|(?:还|就)想(?:占|贪)便宜|贪(?:小)?便宜|买不起|"
    r"(?:这么|那么)(?:简单|明显|清楚).{0,8}(?:都不|还不|也不|还问|还要问)|(?:这|那)(?:都|也|还)(?:不会|不懂|要问|用问|看不)|(?:您|你)不是(?:废话|找茬|有意|故意)|找茬|故意(?:找|刁难|捣乱)|"
    r"谁(?:让|叫|要)(?:您|你)|难道(?:还|要|不|我|让|您|你)|凭什么(?:给|退|赔|要|让)|(?:我|咱)(?:又)?不是(?:神|您妈|你妈|百度|机器人吗)|没空|没时间(?:理|跟|和|陪)|懒得(?:理|跟|和|同|说|管|回|解释|搭理|伺候|答|废话)|(?:^|[,。!?])(?:您|你)?自己(?:去)?(?:看|翻|查)(?:页面|详情页?|说明书?|链接)(?=$|[,。!?])|(?:您|你)(?:自己)?(?:的)?(?:智商|素质|眼神|脑子|理解能力)(?:有|不|太|问题)"
)
_RUDE = re.compile(_COLD)
_QUIETER = re.compile(r"(?:不好意思|抱歉|对不起|感谢|谢谢).{0,20}$")


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """Cold, sarcastic, rhetorical, blaming, commanding or abusive words of an agent."""
    for message in reading.of_agent:
        said = without_lookalikes(message.folded)
        abuse = _ABUSE.search(said)
        cold = abuse or _RUDE.search(said)
        if cold is None:
            continue
        exchange = reading.exchange_of.get(message.index)
        asked = tuple(one.index for one in exchange.asked[-1:]) if exchange else ()
        severity: Severity | None = "critical" if abuse else None
        kind = "辱骂顾客" if abuse else "语气生硬，像在责怪或反问顾客"
        confidence_01 = 0.9 if abuse else 0.55 if _QUIETER.search(message.folded) else 0.75
        yield Hit((message.index,), confidence_01, message.text, f"“{cold.group()}”：{kind}", asked, severity=severity)


RULE = Rule(
    id="rude",
    term="态度生硬",
    version=2,
    dimension=Dimension.ATTITUDE,
    description="冷漠、讽刺、反问、责怪、命令或与顾客争吵；辱骂一票否决",
    deduction=20,
    find=find,
    examples_hit=(
        Example(chat("C 尺码表在哪", "A 详情页写得那么清楚，你自己不会看吗"), at=(1,)),
        Example(chat("C 怎么还不发货", "A 催什么，爱要不要"), at=(1,)),
        Example(chat("C 我要投诉", "A 那你去投诉吧"), at=(1,)),
        Example(chat("C 你们这质量真差", "A 十块钱的东西还想要多好"), at=(1,)),
        Example(chat("C 退钱", "A 你有病吧"), at=(1,)),
        Example(chat("C 都几天了还没货", "A 详情页写着，爱等不等"), at=(1,)),
        Example(chat("C 地址能改不", "A 你他妈的烦不烦"), at=(1,)),
    ),
    examples_miss=(
        Example(chat("C 尺码表在哪", "A 您往下翻，详情页第三张图就是，有不清楚的随时问我")),
        Example(chat("C 怎么还不发货", "A 您别着急，今天下午就发")),
        Example(chat("C 我要投诉", "A 非常抱歉，投诉入口在订单详情右上角，我也先帮您登记")),
        Example(chat("C 这药能治病吗", "A 有病症请先咨询医生，这是食品")),
        Example(chat("C 多少钱", "A 一共 35 块钱，包邮")),
        Example(chat("C 寄给我妈，电话写谁的", "A 收货人写您妈妈的就行")),
        Example(chat("C 不想自己擀皮", "A 懒得擀皮可以用现成的，水滚开了再下锅")),
    ),
)
