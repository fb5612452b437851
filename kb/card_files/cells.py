r"""The forms a value takes in one spreadsheet cell, and back without loss. Pure.

A backslash takes the meaning away from the character behind it: `\|` `\\` `\/` `\=` `\·` `\[` `\]`
`\)` `\!`, and `\n` is a line break. Before any other character a backslash is just a backslash.
Every `read_…` gives what `CardEntry` validates; every `write_…` gives a text that reads back the same.
"""

import re
from collections.abc import Iterable
from typing import Any

from kb.content import Fact, KeyPoint, Reply
from kb.files.table import CellError

_ESCAPE = re.compile(r"\\([n\\|/=·\[\])!])")
_PAIR = r"\\[^\n]"
_LONE = r"\\(?![^\n])"
_IMAGE_URL = re.compile(rf"((?:{_PAIR}|{_LONE}|[^\\)])*)\)\s*")
_REPLY_HEAD = re.compile(rf"\s*\[((?:{_PAIR}|{_LONE}|[^\\\]])*)\]")
_MARKED_UNIT = re.compile(rf"((?:{_PAIR}|{_LONE}|[^\\\[\]])*)\[((?:{_PAIR}|{_LONE}|[^\\\[\]])*)\]\s*")

_AMOUNT = r"[≤≥<>]?[+−-]?\d+(?:[.,]\d+)*(?:\s*[-–~\uff5e至到]\s*[+−-]?\d+(?:[.,]\d+)*)?"
_UNITS = (
    "小时 分钟 秒 天 日 周 个月 月 年 工作日 个工作日 岁 次 元 块 角 分 折 % ‰ 件 个 片 张 盒 包 抽 瓶 支 双 条 套 只 "
    "台 份 色 种 挡 档 码 号 层 级 倍 杯 人 毫升 ml mL 升 L 克 g 千克 公斤 kg 斤 毫克 mg 米 m 厘米 cm 毫米 mm 平方米 "
    "瓦 W 千瓦 kW 伏 V 安 A 毫安时 mAh 赫兹 Hz ℃ 度 分贝 dB 目 支纱"
)
_UNIT = "|".join(sorted(map(re.escape, _UNITS.split()), key=len, reverse=True))
_MEASURE = re.compile(rf"({_AMOUNT})\s*((?:{_UNIT})(?:/(?:{_UNIT}))?)")


def read_list(cell: str) -> list[str]:
    """Items written one per line or separated by `|`."""
    return [_unescaped(part) for part in _split(cell, r"[|\n]") if part.strip()]


def write_list(items: Iterable[str], separator: str) -> str:
    """Items joined by `separator`, a line break or `|`."""
    return separator.join(_escaped(item) for item in items)


def read_replies(cell: str) -> list[dict[str, Any]]:
    """`[语气·场景]文本![](图片)`, separated by `|`; line breaks belong to the text."""
    return [_reply(part) for part in _split(cell, r"\|") if part.strip()]


def write_replies(replies: Iterable[Reply]) -> str:
    """The cell for several replies."""
    return "|".join(map(_reply_cell, replies))


def read_key_points(cell: str) -> list[dict[str, Any]]:
    """`要点/说法/说法`, one per line or separated by `|`."""
    points = []
    for part in _split(cell, r"[|\n]"):
        text, *wordings = (_unescaped(piece) for piece in _split(part, "/"))
        if part.strip():
            points.append({"text": text, "wordings": [wording for wording in wordings if wording.strip()]})
    return points


def write_key_points(points: Iterable[KeyPoint]) -> str:
    """The cell for several key points."""
    return "\n".join("/".join(_escaped(piece, "/") for piece in (point.text, *point.wordings)) for point in points)


def read_facts(cell: str) -> list[dict[str, str]]:
    """`主语·谓词=值单位`, one per line or separated by `|`; `值[单位]` says exactly where the unit begins.

    Raises:
        CellError: a fact has no equals sign.
    """
    return [_fact(part) for part in _split(cell, r"[|\n]") if part.strip()]


def write_facts(facts: Iterable[Fact]) -> str:
    """The cell for several facts."""
    return "\n".join(map(_fact_cell, facts))


def _reply(part: str) -> dict[str, Any]:
    reply: dict[str, Any] = {}
    if head := _REPLY_HEAD.match(part):
        tone, *scene = (_unescaped(piece) for piece in _split(head[1], "·"))
        reply |= {"tone": tone, "scene": "·".join(scene)}
        part = part[head.end() :]
    text, *images = _split(part, r"!\[\]\(")
    urls: list[str] = []
    while images and (url := _IMAGE_URL.fullmatch(images[-1])):
        urls.insert(0, _unescaped(url[1]))
        images.pop()
    return reply | {"text": _unescaped("![](".join((text, *images))), "images": urls}


def _reply_cell(reply: Reply) -> str:
    marks = [_escaped(mark or "", "[]·") for mark in (reply.tone, reply.scene)]
    head = f"[{'·'.join(marks if reply.scene else marks[:1])}]" if reply.tone or reply.scene else ""
    text = _escaped(reply.text).replace("![](", r"\![](")
    if not head and text.startswith("["):
        text = "\\" + text
    return head + text + "".join(f"![]({_escaped(url, ')!')})" for url in reply.images)


def _fact(part: str) -> dict[str, str]:
    name, *value = _split(part, "=")
    if not value:
        raise CellError(f"“{_shortened(part)}”里没有等号，请写成 谓词=值，例如 发货时限=48小时")
    subject, *predicate = _split(name, "·")
    if not predicate:
        subject, predicate = "", [subject]
    amount, unit = _value_and_unit("=".join(value))
    return {
        "subject": _unescaped(subject),
        "predicate": _unescaped("·".join(predicate)),
        "value": amount,
        "unit": unit,
    }


def _value_and_unit(text: str) -> tuple[str, str]:
    if marked := _MARKED_UNIT.fullmatch(text):
        return _unescaped(marked[1]), _unescaped(marked[2])
    return split_measure(_unescaped(text))


def split_measure(text: str) -> tuple[str, str]:
    """`48小时` as its number and its unit; anything else is a value without one."""
    measured = _MEASURE.fullmatch(text.strip())
    return (measured[1], measured[2]) if measured else (text, "")


def _fact_cell(fact: Fact) -> str:
    subject, predicate = (_escaped(name, "·=") for name in (fact.subject, fact.predicate))
    name = f"{subject}·{predicate}" if subject else predicate
    value, unit = (_escaped(side, "[]") for side in (fact.value, fact.unit))
    plain = split_measure(fact.value + fact.unit) == (fact.value, fact.unit)
    return f"{name}={value}{unit if plain else f'[{unit}]'}"


def _split(text: str, separator: str) -> list[str]:
    """Pieces between unescaped separators (a pattern), still escaped."""
    pieces, start = [], 0
    for match in re.finditer(rf"{_PAIR}|(?P<separator>{separator})", text):
        if match["separator"]:
            pieces.append(text[start : match.start()])
            start = match.end()
    return [*pieces, text[start:]]


def _escaped(text: str, special: str = "") -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    for character in "|" + special:
        text = text.replace(character, "\\" + character)
    return text


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] == "n" else match[1], text)


def _shortened(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 20 else f"{text[:20]}…"
