"""The units of shop talk and what each counts in its dimension's own unit. Pure data.

Base units: hour, workday, yuan, share (percent, discount), gram, millimetre, millilitre, watt, volt, mAh, ℃.
Months are a twelfth of 365 days, so that 12 个月 = 1 年.
"""

from enum import StrEnum


class Dimension(StrEnum):
    """What a value measures; only values of one dimension (and one counted noun) are compared."""

    DURATION = "duration"
    WORKDAYS = "workdays"
    MONEY = "money"
    PERCENT = "percent"
    DISCOUNT = "discount"
    MASS = "mass"
    LENGTH = "length"
    INCH = "inch"
    VOLUME = "volume"
    POWER = "power"
    VOLTAGE = "voltage"
    BATTERY = "battery"
    TEMPERATURE = "temperature"
    CLOCK = "clock"
    COUNT = "count"


UNITS: tuple[tuple[str, Dimension, float], ...] = (
    (r"秒钟?(?!到|杀|发|回|退)", Dimension.DURATION, 1 / 3600),
    (r"分钟", Dimension.DURATION, 1 / 60),
    (r"刻钟", Dimension.DURATION, 0.25),
    (r"个?小时|个?钟头|h(?![a-z])", Dimension.DURATION, 1),
    (r"个?工作日|个?工作天", Dimension.WORKDAYS, 1),
    (r"个?自然日|天(?!猫|然)|日(?![用本常期子照])", Dimension.DURATION, 24),
    (r"周(?![岁年边末一二三四五六日])|个?星期(?![一二三四五六日天])|个?礼拜", Dimension.DURATION, 168),
    (r"个月|月龄", Dimension.DURATION, 730),
    (r"周?年(?![货底初龄轻级])", Dimension.DURATION, 8760),
    (r"元|块钱?(?![头状])|rmb|圆(?![领形])", Dimension.MONEY, 1),
    (r"毛钱?(?![巾衣])|角(?!度|落)", Dimension.MONEY, 0.1),
    (r"%", Dimension.PERCENT, 0.01),
    (r"折(?![叠扣痕成断])", Dimension.DISCOUNT, 0.1),
    (r"kg(?![a-z])|千克|公斤", Dimension.MASS, 1000),
    (r"市?斤", Dimension.MASS, 500),
    (r"毫克|mg(?![a-z])", Dimension.MASS, 0.001),
    (r"克(?!拉|服)|g(?![a-z0-9])", Dimension.MASS, 1),
    (r"毫米|mm(?![a-z])", Dimension.LENGTH, 1),
    (r"厘米|公分|cm(?![a-z])", Dimension.LENGTH, 10),
    (r"公里|千米|km(?![a-z])", Dimension.LENGTH, 1_000_000),
    (r"米(?![色白粒饭饼])|m(?![a-z0-9])", Dimension.LENGTH, 1000),
    (r"英?寸", Dimension.INCH, 1),
    (r"毫升|ml(?![a-z])|cc(?![a-z])", Dimension.VOLUME, 1),
    (r"升(?!级|温)|l(?![a-z])", Dimension.VOLUME, 1000),
    (r"千瓦|kw(?![a-z])", Dimension.POWER, 1000),
    (r"瓦|w(?![a-z])", Dimension.POWER, 1),
    (r"伏|v(?![a-z])", Dimension.VOLTAGE, 1),
    (r"毫安时?|mah", Dimension.BATTERY, 1),
    (r"℃|°c|摄氏度|度(?![假数过])", Dimension.TEMPERATURE, 1),
)
"""Pattern over a shadow text, dimension, factor to the base unit; longer names first where they share a beginning."""

COUNTED = (
    "件|只|条|片|抽|包(?!邮|装|裹|括|含|退|换|赔)|盒|瓶|双|套|次|张|台|支|袋|色|种|人份?|倍|层|码|岁|杯|档|挡|期|节|枚|颗|卷|桶|罐|项|款"
    "|家|键|步|滴|粒|对|箱|串|根|本|部|小勺|勺|单|积分|京豆|转"
)
"""Nouns that are counted; `个` stands for any of them."""

SAME_NOUN = {"挡": "档", "人份": "人", "小勺": "勺", "根": "条"}
"""Counting words that say the same."""

PER = r"(?:/|每)(?:平方米|㎡|m2|平米|千克|kg|公斤)"
"""A second unit that makes another dimension of the first (克/平方米)."""

RELATIVE: tuple[tuple[str, float], ...] = (
    (r"当天|当日|同日|即日", 24),
    (r"次日|隔天|隔日|第二天|转天", 48),
    (r"立即|即时|实时|秒(?=到|退|发)|马上就?(?=到|退)", 1),
)
"""Words that say a time limit without a number: pattern, hours at most."""
