"""Pure knowledge of Chinese shop text: folding, pinyin, masking, wording checks, values and facts."""

from kb.text.facts import FactCheck, compare_with_facts, facts_contradict
from kb.text.folding import fold, has_content
from kb.text.masking import Masked, mask
from kb.text.personal.spans import Span
from kb.text.pinyin import PinyinKeys, looks_like_pinyin, matches_pinyin, pinyin_keys
from kb.text.terms import TermHit, check_terms
from kb.text.values import Value, values_in

__all__ = [
    "FactCheck",
    "Masked",
    "PinyinKeys",
    "Span",
    "TermHit",
    "Value",
    "check_terms",
    "compare_with_facts",
    "facts_contradict",
    "fold",
    "has_content",
    "looks_like_pinyin",
    "mask",
    "matches_pinyin",
    "pinyin_keys",
    "values_in",
]
