"""Numbers as people write them in chats, Arabic and Chinese, to floats. Pure."""

import re

_WRITTEN = ("零〇", "一壹幺", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {char: value for value, chars in enumerate(_WRITTEN) for char in chars}
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CN = "".join(_DIGITS) + "".join(_STEPS) + "万"

_GROUPED = r"[0-9]{1,3}(?:,[0-9]{3}){1,3}(?:\.[0-9]{1,4})?"
_PLAIN = r"[0-9]{1,9}(?:\.[0-9]{1,4})?[万千]?"
NUMBER = rf"(?:{_GROUPED}|{_PLAIN}|[{_CN}]{{1,9}}(?:点[{''.join(_DIGITS)}]{{1,3}})?|半)"
"""Pattern of one number in a shadow text; `number` reads what it finds."""

PAIR = re.compile(r"[一二两三四五六七八][二三四五六七八九]")
"""两三 and 三五 say a range."""


def number(text: str) -> float:
    """The value of a `NUMBER`: 两 → 2, 三十 → 30, 一百二 → 120, 1.5万 → 15000, 半 → 0.5, 十二点五 → 12.5."""
    if text == "半":
        return 0.5
    text = text.replace(",", "")
    if text[0].isdigit() and text[0] not in _DIGITS:
        factor = {"万": 10_000, "千": 1_000}.get(text[-1], 1)
        return float(text if factor == 1 else text[:-1]) * factor
    whole, _, decimals = text.partition("点")
    fraction = sum(_DIGITS[char] * 0.1**place for place, char in enumerate(decimals, start=1))
    return _whole(whole) + float(fraction)


def _whole(text: str) -> float:
    if "万" in text:
        high, _, low = text.partition("万")
        rest = _whole(low.replace("万", "")) if low else 0.0
        return _whole(high or "一") * 10_000 + (rest * 1_000 if len(low) == 1 else rest)  # 两万三 is 23,000
    if not any(char in _STEPS for char in text):
        return float("".join(str(_DIGITS[char]) for char in text) or 0)
    total, digit, step = 0, 0, 1
    for char in text:
        if char in _STEPS:
            step = _STEPS[char]
            total += (digit or 1) * step
            digit = 0
        else:
            digit = _DIGITS[char]
    # 一百二 is 120, 一百零二 is 102, 十二 is 12.
    short = digit and step > 10 and "零" not in text and text[-2] in _STEPS
    return float(total + (digit * step // 10 if short else digit))
