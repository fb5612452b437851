"""Consignees' names in a shadow text. Pure.

A name is masked after a word that announces one (收件人, 我叫) and beside a phone or an address.
王女士 and 李先生 stay: a surname alone names nobody, and agents speak so.
"""

import re
from collections.abc import Iterator

from kb.text.personal.places import COMPOUND_SURNAMES, PREFECTURES, PROVINCES, SURNAMES
from kb.text.personal.spans import MARKS, Kind, Span

_SURNAME = f"(?:{'|'.join(COMPOUND_SURNAMES.split())}|[{''.join(SURNAMES.split())}])"
_TITLES = "先生|女士|小姐|老师|师傅|阿姨|叔叔|大哥|大姐|总|姐|哥|经理|老板|医生|同学|家|记"
_WORD_START = (
    "可以能吗呢吧的了是在和电手地收联号住不要也就这那有到把我你您他给说后前写错改换成拿签取来去吖呀啊哦嘛哈麻谢请没么啥"
)
_GIVEN = (
    rf"(?:(?!{_TITLES})[\u4e00-\u9fff](?:(?![{_WORD_START}])(?!{_TITLES})[\u4e00-\u9fff])?(?:·[\u4e00-\u9fff]{{1,6}})?)"
)
_NAME = rf"{_SURNAME}{_GIVEN}"
_REALLY_A_NAME = rf"(?!{_SURNAME}(?:{_TITLES}))"

_LINK = r"(?:名字|姓名)?(?:[改换写填]?[是为成叫]|就是|应该是|写错了|[:=\s]|改一下){0,3}"
_ANNOUNCED = re.compile(
    rf"(?:收件人|收货人|收件|签收人|取件人|联系人|姓名|名字|户名|开户名|持卡人|收款人|真名|实名|购买人|"
    rf"寄件人|领取人|代收人|卡主){_LINK}"
    rf"({_REALLY_A_NAME}{_NAME})"
)
_SAID = re.compile(
    rf"(?:我叫|本人叫?|我是|我的名字叫|他叫|她叫|写){{1}}({_REALLY_A_NAME}{_NAME})(?=$|[,。.!;、\s]|"
    rf"的?(?:电话|手机|订单|快递|收))"
)
_BESIDE_MARKS = f"[{MARKS[Kind.PHONE]}{MARKS[Kind.ADDRESS]}{MARKS[Kind.LANDLINE]}]"
_GAP = r"[\s,:;/|\-+。.]{0,3}"
_BEFORE_MARK = re.compile(
    rf"(?:(?<=^)|(?<=[\s,:;。/|"
    rf"是为{MARKS[Kind.ADDRESS]}{MARKS[Kind.PHONE]}]))({_REALLY_A_NAME}{_NAME})(?:收|"
    rf"\(收\))?{_GAP}(?:的?(?:电话|手机号?)[:是]?)?(?={_BESIDE_MARKS})"
)
_AFTER_MARK = re.compile(
    rf"{_BESIDE_MARKS}{_GAP}({_REALLY_A_NAME}{_NAME})(?=$|[\s,。;]|收|\(收)",
)
_RECEIVES = re.compile(rf"(?<=[\s,:;转给由])({_REALLY_A_NAME}{_NAME})(?=\(?收\)?(?:$|[\s,。;]))")

_SURNAME_WORDS = """
谢谢 安全 时间 时候 时尚 马上 马克 方便 方式 方法 高兴 高级 成功 成人 成都 成本 成年 单独 单子 单号 解决 解释 简单
白色 黄色 蓝色 金色 关于 关系 管理 包装 包邮 包裹 何时 文字 文件 万一 严重 于是 余额 任何 许多 古装 石头 田园 龙头
华丽 时代 付款 白天 金额 江苏 安徽 宁波 温州 康复 游客 路上 路口 包括 季节 曲线 简称 房子 房东 解锁 单位 尚未 易碎
雷同 史上 全部 牛仔 牛奶 梅花 童装 童鞋 平台 高中 文胸 安装 安心 安排 毛巾 毛衣 汤锅 石墨 贺卡 华为 施工 顾客 高温
任意 武汉 沈阳 苏州 杜绝 徐州 郑州 周口 周末 周一 周二 周三 周四 周五 周六 周日 周天 向上 符合 柴油 蒙古 苗条 谷物
盛夏 艾草 左右 左边 农村 农历 司机 吉祥 路由
"""
_NOT_NAMES = frozenset((_SURNAME_WORDS + PROVINCES + PREFECTURES).split())
"""Words that begin with a surname; a name never begins with one of them."""


def find_names(text: str) -> Iterator[Span]:
    """Full names after 收件人, 姓名, 我叫 … or next to a masked phone or address."""
    found = set()
    for pattern in (_ANNOUNCED, _SAID, _BEFORE_MARK, _AFTER_MARK, _RECEIVES):
        for match in pattern.finditer(text):
            if match[1][:2] not in _NOT_NAMES:
                found.add(match.span(1))
    reached = 0
    for start, end in sorted(found):
        if start >= reached:
            reached = end
            yield Span(start, end, Kind.NAME)
