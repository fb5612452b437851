"""Personal data of a whole conversation, masked. Pure.

What counts as personal data is decided in `kb/text/personal/`. Here only what a conversation adds: people send name,
phone and address in one burst, a message each, and agents repeat the name later.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from kb.text.masking import Masked, mask
from kb.text.personal.spans import Kind, Span

_BURST_CHARS, _BURST_MESSAGES = 1_000, 20
"""A burst is read as one text up to here."""
_SHORT_CHARS = 200
_REPEATED_NAME_CHARS = 3
"""A shorter name is too often a word of another sort; it is masked where it is announced only."""
_MOST_NAMES = 4
"""In one message; each more makes comparing two maskings slower."""
_NAME_CLUE = "收件人："


def mask_messages(messages: Sequence[tuple[str, str]]) -> list[str]:
    """The texts of `(role, text)` messages, personal data replaced by placeholders; masking twice changes nothing."""
    texts: list[str] = []
    names: set[str] = set()
    for burst in _bursts(messages):
        joined = "\n".join(burst)
        masked = _masked(joined)
        names |= {
            joined[span.start : span.end]
            for span in masked.spans
            if span.kind is Kind.NAME and span.end - span.start >= _REPEATED_NAME_CHARS
        }
        texts += _split(burst, masked.spans)
    if not names:
        return texts
    known = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    return [known.sub(f"[{Kind.NAME}]", text) for text in texts]


def mask_customer(name: str) -> str:
    """What a customer is known by: a nickname as it is; a phone or real name as a placeholder and a short digest.

    The digest (32 bits) tells two customers apart and, of all phone numbers, fits some twenty.
    """
    masked = mask(_NAME_CLUE + name).text.removeprefix(_NAME_CLUE)
    if masked == name:
        return name
    return f"{masked[:180]}#{hashlib.blake2b(name.encode(), digest_size=4).hexdigest()}"


def same_text(stored: str, new: str) -> str | None:
    """One of two maskings of the same text, the one that hides more; None where the texts differ.

    A name alone in a message is known as one only by what stands around it, which a longer version adds.
    """
    if stored == new:
        return stored
    if _hides_names_of(new, stored):
        return new
    return stored if _hides_names_of(stored, new) else None


def _bursts(messages: Sequence[tuple[str, str]]) -> Iterator[list[str]]:
    burst: list[str] = []
    last, length = None, 0
    for role, text in messages:
        if burst and (role != last or length + len(text) > _BURST_CHARS or len(burst) >= _BURST_MESSAGES):
            yield burst
            burst, length = [], 0
        burst.append(text)
        last, length = role, length + len(text) + 1
    if burst:
        yield burst


def _masked(text: str) -> Masked:
    return _remembered(text) if len(text) <= _SHORT_CHARS else mask(text)


@lru_cache(maxsize=8_192)
def _remembered(text: str) -> Masked:
    return mask(text)


def _split(burst: Sequence[str], spans: Sequence[Span]) -> Iterator[str]:
    """The messages of a burst with their share of each span replaced."""
    begin = 0
    for text in burst:
        parts, reached, end = [], begin, begin + len(text)
        for span in spans:
            if span.start < end and span.end > begin:
                parts += [text[max(reached, begin) - begin : max(span.start, begin) - begin], f"[{span.kind}]"]
                reached = min(span.end, end)
        yield "".join([*parts, text[reached - begin :]])
        begin = end + 1


def _hides_names_of(masked: str, text: str) -> bool:
    around = masked.split(f"[{Kind.NAME}]")
    if not 2 <= len(around) <= _MOST_NAMES + 1:
        return False
    pattern = ".{1,12}?".join(map(re.escape, around))
    return re.fullmatch(pattern, text, re.DOTALL) is not None
