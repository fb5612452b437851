"""Pure knowledge of Chinese shop text: folding, pinyin, masking, wording checks, values and facts."""

from kb.text.folding import fold, has_content

__all__ = ["fold", "has_content"]
