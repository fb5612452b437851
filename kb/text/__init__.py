"""Pure knowledge of Chinese shop text: folding, pinyin, masking, wording checks, values and facts."""

from kb.text.folding import fold, has_content
from kb.text.masking import Masked, mask
from kb.text.personal.spans import Span
from kb.text.pinyin import PinyinKeys, looks_like_pinyin, matches_pinyin, pinyin_keys

__all__ = [
    "Masked",
    "PinyinKeys",
    "Span",
    "fold",
    "has_content",
    "looks_like_pinyin",
    "mask",
    "matches_pinyin",
    "pinyin_keys",
]
