"""Pinyin keys of Chinese text, so that people can search 退款进度 by `tkjd` or `tuikuanjindu`.

Pure. What belongs here: keys and matching. What does not: which fields are searched (`kb/search/`).
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from kb.text.folding import fold

_MAX_CHARS = 60
"""People search short names of things; the head of a longer text is enough."""

_LATIN_QUERY = re.compile(r"[a-z][a-z' ]{1,39}", re.ASCII)
_WORD = re.compile(r"[a-z0-9]+", re.ASCII)

_SHOP_LATIN = "ok hi hello bye app xs sm xl xxl xxxl xxxxl led usb pos sku spf diy qq wx ml kg cm mm"
_NOT_PINYIN = frozenset(_SHOP_LATIN.split())
"""Latin words of shop talk that happen to parse as pinyin."""

# Every toneless syllable of standard Chinese, per initial. v stands for ü.
_SYLLABLES = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng iao o ou u",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan un uo v ve ue",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve ue",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}


class PinyinKeys(NamedTuple):
    """Keys of one text: `tkjd`, `tuikuanjindu` and the syllables both are made of."""

    initials: str
    full: str
    syllables: tuple[str, ...]


def pinyin_keys(text: str) -> PinyinKeys:
    """The pinyin of the first 60 characters, toneless (ü as v), Latin words kept whole.

    Characters with several readings are read by the phrase they stand in (银行 hang, 不行 xing).
    """
    from pypinyin import lazy_pinyin  # its dictionaries take a second to load

    units = lazy_pinyin(fold(text)[:_MAX_CHARS], errors="default")
    syllables = tuple(word for unit in units for word in _WORD.findall(unit))
    return PinyinKeys("".join(word[0] for word in syllables), "".join(syllables), syllables)


def matches_pinyin(query: str, keys: PinyinKeys) -> float:
    """How well a typed query matches, 0 (not at all) to 1 (the whole text), higher is better.

    Every syllable may be cut short (`tuik jd`, `tkjindu`). The score grows with the share of the
    text that the query covers; a match from the beginning counts more than one inside.
    """
    typed = "".join(_WORD.findall(query.lower()))
    if len(typed) < 2 or not keys.syllables:
        return 0.0
    best = 0.0
    for start in range(len(keys.syllables)):
        covered = _covered(typed, keys.syllables[start : start + len(typed)])
        if covered:
            share = covered / len(keys.syllables)
            best = max(best, 0.5 + 0.5 * share if start == 0 else 0.3 + 0.6 * share)
    return best


def _covered(typed: str, syllables: tuple[str, ...]) -> int:
    """Most syllables, from the first on, whose heads spell `typed` completely; 0 when impossible."""
    reached = {0}
    covered = 0
    for count, syllable in enumerate(syllables, start=1):
        ends = set()
        for at in reached:
            for length in range(1, len(syllable) + 1):
                if not typed.startswith(syllable[:length], at):
                    break
                ends.add(at + length)
        if len(typed) in ends:
            covered = count
        reached = ends - {len(typed)}
        if not reached:
            break
    return covered


@cache
def _heads() -> frozenset[str]:
    whole = {initial + final for initial, finals in _SYLLABLES.items() for final in finals.split()}
    return frozenset(whole | {initial for initial in _SYLLABLES if initial})


@lru_cache(maxsize=4096)
def looks_like_pinyin(query: str) -> bool:
    """Whether a Latin query can be read as pinyin or its initials (`tkjd`, `tuikuan`, `tuik jd`)."""
    typed = query.strip().lower()
    if not _LATIN_QUERY.fullmatch(typed) or typed in _NOT_PINYIN:
        return False
    letters = "".join(_WORD.findall(typed))
    heads = _heads()
    reachable = [True] + [False] * len(letters)
    for end in range(1, len(letters) + 1):
        reachable[end] = any(reachable[at] and letters[at:end] in heads for at in range(max(0, end - 6), end))
    return len(letters) >= 2 and reachable[-1]
