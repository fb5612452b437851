"""The shadow of a text: same length, plain writing, so that a find in it is a span of the original.

Pure. `folding.fold` squeezes and drops, so its positions are lost; masking and the wording checks
need spans. What does not belong here: what the words mean.
"""

import unicodedata

from kb.text.folding import simplified

_LOOKALIKES = {
    "➕": "+", "✚": "+", "﹢": "+",
    "❤": "心", "♥": "心", "♡": "心", "💗": "心", "💕": "心", "💖": "心", "💓": "心", "🧡": "心", "💛": "心",
    "💚": "心", "💙": "心", "💜": "心", "🖤": "心", "💘": "心", "💝": "心",
    "∨": "v", "ν": "v", "ѵ": "v", "✔": "v", "✓": "v", "🆅": "v", "Ⓥ": "v", "ᴠ": "v",
    "🐧": "鹅", "⭕": "0", "〇": "零", "❶": "1", "❷": "2", "❸": "3", "❹": "4", "❺": "5",
    "❻": "6", "❼": "7", "❽": "8", "❾": "9", "⓿": "0",
    "—": "-", "–": "-", "−": "-", "‐": "-", "‑": "-", "﹣": "-", "～": "~", "〜": "~",
    "\u2028": "\n", "\u2029": "\n", "\x85": "\n",
}  # fmt: skip
"""Marks that stand for a letter, a digit or another mark in disguised writing."""


class _Shadows(dict[int, str]):
    """One plain character per character, found once and remembered."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = _LOOKALIKES.get(char) or _plain(char)
        if code < 0x10000:  # so that hostile text cannot fill the memory with rare characters
            self[code] = plain
        return plain


def _plain(char: str) -> str:
    if unicodedata.category(char) in ("Co", "Cs"):
        return "\ufffd"
    for form in (unicodedata.normalize("NFKC", char), unicodedata.normalize("NFKC", char).lower()):
        if len(form) == 1:
            char = form
    if ord(char) > 0x2E7F:
        simple = simplified(char)
        return simple if len(simple) == 1 else char
    return char


_shadows = _Shadows()


def shadow(text: str) -> str:
    """`text` in plain writing, character by character: Simplified, half width, lower case, ➕ as +, ❤ as 心.

    `len(shadow(text)) == len(text)`. Lone surrogates and private-use characters become U+FFFD.
    """
    return text.translate(_shadows)


CN_DIGITS = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖o", "0012345678911234567890")
"""Chinese digits (and the letter o) read one by one, as in disguised phone numbers."""
