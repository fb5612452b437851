"""What people write for others to read: cleaned, measured, masked. Pure."""

from coaching.errors import WordsMissingError
from kb.content import without_controls
from kb.text.masking import mask

MAX_CHARS = 2_000


def written(text: str, what: str, most: int = MAX_CHARS) -> str:
    """The text without control characters and outer blanks, personal data masked.

    Args:
        text: as it was typed.
        what: its name in Chinese, for the error.
        most: characters.

    Raises:
        WordsMissingError: nothing was written, or too much.
    """
    if not without_controls(text).strip():
        raise WordsMissingError(f"请填写{what}。")
    return maybe_written(text, what, most)


def maybe_written(text: str, what: str, most: int = MAX_CHARS) -> str:
    """The same for a text that may be left out.

    Raises:
        WordsMissingError: too much was written.
    """
    clean = without_controls(text).strip()
    if len(clean) > most:
        raise WordsMissingError(f"{what}最多 {most:,} 字，请缩短。")
    return mask(clean).text if clean else ""
