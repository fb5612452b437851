"""The one folding of text for index and query; people always see the original.

Pure apart from one converter that is built on first use. What belongs here: making two writings of
the same words equal. What does not: synonyms, typos, pinyin (`pinyin.py`), disguises (`terms/`).
"""

import re
import threading
import unicodedata
from functools import cache
from typing import Any

from kb.text.emoticons import EMOJI, EMOTICON

_CJK = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U000e0000-\U00100000\U00100001-\U0010ffff]+"
)
"""Controls, zero-width and direction marks, variation selectors, lone surrogates, private use."""

_COMBINING = "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
_MARK_PILE = re.compile(f"([{_COMBINING}])[{_COMBINING}]+")
"""Piles of accents (Zalgo), which Unicode normalisation would sort in quadratic time."""

_SPACE = re.compile(r"\s+")
_IDLE_SPACE = re.compile(rf"(?<![^\W{_CJK}]) | (?![^\W{_CJK}])")
"""A space that does not part two non-Chinese words."""

_REPEATED_MARK = re.compile(r"([^\w\s])\1+")
_REPEATED_CJK = re.compile(rf"([{_CJK}])\1{{2,}}")
_REPEATED_PHRASE = re.compile(rf"([{_CJK}]{{2,4}}?)\1{{2,}}")
_REPEATED_LETTER = re.compile(r"([a-vyz])\1{3,}")
"""Sizes such as xxxxl and numbers keep their repeats."""

_ZHU = re.compile("(?<![显名编原巨专论土])著(?![名作称者述录书])")
"""Taiwan writes 穿著, 看著 where the mainland writes 着; OpenCC leaves it."""

_MAX_PASSES = 6
"""Each pass may uncover something for the next (a space gone, a phrase joined); two are usual."""

_converter_lock = threading.Lock()


@cache
def _converter() -> Any:
    import opencc  # loading its dictionaries takes 25 ms: only when first needed

    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """`text` with Traditional characters and words made Simplified (OpenCC t2s); no lone surrogates."""
    with _converter_lock:
        converter = _converter()
    return str(converter.convert(text))


def _pass(text: str) -> str:
    text = EMOTICON.sub(" ", text)
    text = EMOJI.sub(" ", text)
    text = _INVISIBLE.sub("", text)
    text = _MARK_PILE.sub(r"\1", text)
    text = unicodedata.normalize("NFKC", text).lower()
    if not text.isascii():
        text = _ZHU.sub("着", simplified(_INVISIBLE.sub("", text)))
    text = _IDLE_SPACE.sub("", _SPACE.sub(" ", text))
    text = _REPEATED_MARK.sub(r"\1", text)
    text = _REPEATED_CJK.sub(r"\1\1", text)
    text = _REPEATED_PHRASE.sub(r"\1", text)
    return _REPEATED_LETTER.sub(r"\1\1", text)


def fold(text: str) -> str:
    """The form in which texts are indexed, searched and compared.

    Simplified characters, half width, lower case; emoji, shop emoticons, control and zero-width
    characters gone; spaces kept only between two non-Chinese words; repeats squeezed
    (`!!!` → `!`, 哈哈哈哈 → 哈哈). Placeholders such as `[手机号]` stay. Folding twice changes nothing.
    """
    for _ in range(_MAX_PASSES):
        folded = _pass(text)
        if folded == text:
            break
        text = folded
    return text


def has_content(text: str) -> bool:
    """False when only emoji, emoticons, punctuation or white space were written."""
    return any(char.isalnum() for char in fold(text))
