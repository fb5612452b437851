"""Variables in replies: fills those that are known, names those that are not. Pure."""

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\{([^{}\n]{1,20})\}")


def fill(text: str, known: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The text with known variables filled, and the names of those left, each once, in order."""
    filled = _VARIABLE.sub(lambda match: known.get(match[1].strip()) or match[0], text)
    left = (match[1].strip() for match in _VARIABLE.finditer(text) if not known.get(match[1].strip()))
    return filled, tuple(dict.fromkeys(left))
