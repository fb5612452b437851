"""Delivery addresses in a shadow text: everything down to road, house, village or room. Pure.

A province, city or district alone names nobody and is what delivery times hang on: it stays.
"""

import re
from collections.abc import Iterator

from kb.text.personal.places import PREFECTURES, PROVINCES
from kb.text.personal.spans import Kind, Span

_NUMBER = "(?:[0-9]{1,5}|[零一二三四五六七八九十百]{1,5})"
_PLACE = "(?:" + "|".join(sorted((PROVINCES + PREFECTURES).split(), key=len, reverse=True)) + ")"

# Names of places rarely hold these; a run of other characters before 路, 村 or 小区 is the name.
_NOT_NAME = "的了是在到寄发送改为给把请您你我他们吗呢吧要去从与跟就也不没有这那哪个什么收填写换"
_NAME = rf"(?:(?![{_NOT_NAME}])[\u4e00-\u9fff])"

_ROAD = rf"{_NAME}{{1,7}}(?:大道|大街|路|街|道|巷|胡同|弄)"
_ESTATE = (
    "小区|花园|花苑|公寓|大厦|广场|家园|新村|新城|雅苑|嘉园|名苑|佳苑|豪庭|华庭|别墅|宿舍|大学|学院|"
    "中学|小学|医院|工业园|产业园"
    "|科技园|软件园|开发区|创业园|写字楼|商务楼|大楼|商场|菜鸟驿站|幼儿园|国际|公馆|半岛|湾|府|城|苑|"
    "庭|郡"
)
_NO_TOWN = "乡镇|城镇|农村|乡村|小镇|哪|本村|同村|全村|县城"
_TOWN = rf"(?!{_NO_TOWN})(?:{_NAME}{{1,7}}(?:街道|镇|乡|村|屯|社区|农场|团场|嘎查|苏木))"

_PRECISE = re.compile(
    rf"{_ROAD}(?:[东西南北中]段?|[一二三四五六]段)?[ ]?(?:与|和)?{_NUMBER}(?:-[0-9]{{1,4}})?"
    rf"(?:号院?|弄|巷)(?!链接|色|发|到|线)"
    rf"|(?<![0-9.]){_NUMBER}[ ]?(?:号楼|栋|幢|单元)(?![的品])"
    rf"|[a-z][ ]?[座栋幢](?![椅套垫位子])|(?<![0-9.])[0-9]{{1,2}}座[ ]?[0-9]{{3,4}}"
    rf"|(?<![0-9.a-z])[a-z]?[0-9]{{3,4}}室"
    rf"|{_NAME}{{1,6}}(?:村|屯|镇|乡|社区){_NUMBER}(?:号|组|队|社)"
    rf"|{_NAME}{{2,10}}(?:{_ESTATE})[ ]?(?:[东西南北]区|[一二三四五六七八九]期|[a-z]区)?[ ]?"
    rf"[a-z]?[0-9]{{1,4}}(?:-[0-9]{{1,4}}){{1,3}}"
)
"""Something only an address says."""

_ADMIN = rf"{_PLACE}(?:省|市|(?:壮族|回族|维吾尔)?自治区|自治州|州|地区|盟|特别行政区)?"
_DISTRICT = rf"{_NAME}{{1,6}}(?:区|县|旗|市)"
_CHAIN = re.compile(
    rf"(?:{_ADMIN}[ ,]?){{1,3}}+(?:{_DISTRICT}[ ,]?){{0,3}}"
    rf"(?:(?:{_TOWN}|{_ROAD})(?!上|边|远|程)[ ,]?(?:{_NAME}{{0,8}}(?:村|{_ESTATE}|路口|超市|店|门|组|"
    rf"屯))?"
    rf"|{_NAME}{{2,8}}(?:小区|花园|花苑|公寓|大厦|家园|新村|嘉园|宿舍|大学|学院|中学|小学|医院|工业园|"
    rf"科技园|写字楼|公馆"
    rf"|(?:城|中心|广场|园区)(?=[a-z0-9])))"
)
"""From province or city down to a town, road or estate: an address without any number."""

_CUED = re.compile(
    r"(?:收货地址|收件地址|详细地址|新地址|地址|寄到|寄往|送到|发到|改到|改成|改为|家住|住在|"
    r"搬到)(?:改?[是为成]|填)?[:：\s]{0,3}"
    rf"((?:{_ADMIN}[ ,]?|{_DISTRICT}[ ,]?|{_TOWN}[ ,]?|{_ROAD}[ ,]?){{0,5}}"
    rf"(?:{_TOWN}|{_ROAD}|{_NAME}{{2,8}}(?:小区|花园|花苑|公寓|大厦|家园|新村|宿舍|大学|学院|中学|小学|"
    rf"医院|工业园|写字楼)))"
)
_LEFT = re.compile(rf"(?:{_NAME}|[a-z0-9]|[ ,#\-()·])*$")
_ENTRY = re.compile(
    r"(?:地址|寄往|收货地|住在|家住|我住|位于|麻烦|帮忙|地点|老家|公司|单位|门牌号?|改成|换成|少写了|"
    r"亲)[:： ,]*"
)
_RIGHT = re.compile(
    rf"(?:[ ,\-#()]{{0,2}}(?:{_NUMBER}(?:号院?|楼|层|户|门|室|组|房|期|区|段|弄|座|栋|幢|号楼|单元)?"
    r"|[a-z](?![a-z])(?:座|栋|区|门)?"
    r"|(?:东|西|南|北|前|后|正|侧)门|门口|门卫|前台|保安室|传达室|物业|快递柜|丰巢柜?|菜鸟驿站|驿站|"
    r"代收点|自提点|小卖部|超市"
    rf"|旁边?|对面|附近|{_NAME}{{1,10}}(?:{_ESTATE}|中心|园|区|驿站|超市|店|公司|厂|楼)))+"
)
_LEFT_REACH = 40
_GAP = re.compile(rf"(?:{_NAME}|[a-z0-9]|[ ,#\-()·号的]){{0,14}}")


def find_addresses(text: str) -> Iterator[Span]:
    """Addresses, from the province (or the first word of the road) to the room."""
    found = [(*match.span(), False) for match in _PRECISE.finditer(text)]
    found += [(*match.span(), True) for match in _CHAIN.finditer(text)]
    found += [(*match.span(1), True) for match in _CUED.finditer(text)]
    reached = 0
    for start, end in _joined(text, sorted(found)):
        start = max(start, reached)
        if start >= end:
            continue
        reached = end
        yield Span(start, end, Kind.ADDRESS)


def _joined(text: str, found: list[tuple[int, int, bool]]) -> list[tuple[int, int]]:
    """Neighbouring parts put together, each whole widened to its first place name and its last room."""
    wholes: list[tuple[int, int]] = []
    for start, end, begins_well in found:
        if wholes and end <= wholes[-1][1]:
            continue
        if wholes and (start <= wholes[-1][1] or _GAP.fullmatch(text, wholes[-1][1], start)):
            wholes[-1] = (wholes[-1][0], _right_end(text, end))
            continue
        floor = wholes[-1][1] if wholes else 0
        wholes.append((start if begins_well else _left_start(text, start, floor), _right_end(text, end)))
    return wholes


def _left_start(text: str, start: int, floor: int) -> int:
    """Where the address really begins: its first place name, else after the last leading word."""
    window = max(floor, start - _LEFT_REACH)
    match = _LEFT.search(text[window:start])
    begin = window + (match.start() if match else start - window)
    part = text[begin : start + 8]
    place = re.search(_ADMIN, part)
    if place and begin + place.start() < start:
        return begin + place.start()
    entries = [entry.end() for entry in _ENTRY.finditer(text[begin:start])]
    if entries:
        begin += entries[-1]
    return begin + len(text[begin:start]) - len(text[begin:start].lstrip(" ,#-()·"))


def _right_end(text: str, end: int) -> int:
    match = _RIGHT.match(text, end)
    return match.end() if match else end
