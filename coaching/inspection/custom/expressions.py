"""Regular expressions as a lead writes them: measured, then compiled. Pure.

Compiling cannot be stopped half-way, and counted repeats inside each other (`((a{100}){100}){100}`) fill any memory;
so a pattern is measured before the engine sees it. Whatever is not understood here is refused. How long a compiled
one may run is for `patterns.py` to watch.
"""

import re
import warnings

import regex

MAX_CHARS = 500
MAX_COUNT = 1_000
"""Of one counted repeat."""
MAX_SIZE = 20_000
"""Items of the pattern with every counted repeat written out."""

_COUNT = re.compile(r"\{(\d{1,9})?(,)?(\d{1,9})?\}")
_NAMED = re.compile(r"\\[pPN]\{[^{}]{1,40}\}")
_REFUSED = (
    (re.compile(r"\(\?[a-zA-Z0-9]*x"), "不支持 (?x) 写法，请去掉"),
    (re.compile(r"\(\?#"), "不支持注释 (?#…)，请去掉"),
    (re.compile(r"\(\?(?:R|&|P>|[+-]?\d)"), "不支持递归写法，请改成普通写法"),
    (re.compile(r"\\L<"), "不支持 \\L<…> 写法，请把词直接写出来"),
)


def compiled(pattern: str, *, ignore_case: bool = True) -> regex.Pattern[str]:
    """A pattern ready to search with.

    Raises:
        ValueError: it is none, grows too large, holds what is not supported, or matches the empty text; in Chinese.
    """
    _check_size(pattern)
    try:
        with warnings.catch_warnings():
            # Of sets that may be read otherwise one day: how it is read today is what is tried out.
            warnings.simplefilter("ignore", FutureWarning)
            made = regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)
    except (regex.error, OverflowError, RecursionError) as error:
        raise ValueError(f"正则写得不对：{error}；请检查括号、方括号和反斜杠") from error
    if made.search("") is not None:
        raise ValueError("这条正则连空白也能匹配，会命中每一条消息；请去掉多余的 * ? 或 |")
    return made


def _check_size(pattern: str) -> None:
    if len(pattern) > MAX_CHARS:
        raise ValueError(f"正则最多 {MAX_CHARS} 个字符，请拆成几条规则或几个条件")
    for found, reason in _REFUSED:
        if found.search(pattern):
            raise ValueError(reason)
    if _size(pattern) > MAX_SIZE:
        raise ValueError("正则里的重复次数层层相乘，太大了；请去掉嵌套的 {…}，或改小次数")


def _size(pattern: str) -> int:
    """Items with repeats written out; a group counts what is in it."""
    sums = [0]
    last = 0
    """Size of the item just read, which a repeat multiplies."""
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "{":
            times, at = _count(pattern, at)
            sums[-1] += last * (times - 1)
            last *= times
            continue
        if sign in "*+?|":
            last = 0 if sign == "|" else last
            at += 1
            continue
        if sign == "(":
            sums.append(0)
            last = 0
            at += 1
            continue
        if sign == ")":
            if len(sums) == 1:
                raise ValueError("正则里多了一个右括号 )，要找括号本身请写成 \\)")
            last = sums.pop() + 1
            sums[-1] += last
            at += 1
            continue
        at = _after_item(pattern, at)
        last = 1
        sums[-1] += last
    if len(sums) > 1:
        raise ValueError("正则里少了一个右括号 )，要找括号本身请写成 \\(")
    return sums[0]


def _count(pattern: str, at: int) -> tuple[int, int]:
    match = _COUNT.match(pattern, at)
    if match is None or not (match[1] or match[3]):
        raise ValueError("正则里的花括号只能写次数，例如 {2} {1,5}；要找花括号本身请写成 \\{ 和 \\}")
    times = max(int(match[1] or 0), int(match[3] or 0), 1)
    if times > MAX_COUNT:
        raise ValueError(f"正则里的重复次数最多 {MAX_COUNT:,}，请改小")
    return times, match.end()


def _after_item(pattern: str, at: int) -> int:
    """Where the character, escape or class that begins here ends."""
    if pattern[at] == "\\":
        named = _NAMED.match(pattern, at)
        return named.end() if named else at + 2
    if pattern[at] != "[":
        return at + 1
    end = at + 1 + (pattern[at + 1 : at + 2] == "^")
    end += pattern[end : end + 1] == "]"
    while end < len(pattern) and pattern[end] != "]":
        end += 2 if pattern[end] == "\\" else 1
    if end >= len(pattern):
        raise ValueError("正则里少了一个右方括号 ]，要找方括号本身请写成 \\[")
    return end + 1
