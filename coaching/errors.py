"""The tree of errors that `coaching/` raises; `api/errors.py` gives each its status and code."""

from collections.abc import Sequence


class CoachingError(Exception):
    """Anything the coaching half refuses; the message is for people and says what to do."""


class ConversationNotFoundError(CoachingError):
    """No such conversation, or not one the asker may see."""


class ConversationConflictError(CoachingError):
    """Another conversation is stored under this key; nothing was overwritten."""


class ConversationFileError(CoachingError):
    """A conversation file cannot be read at all (single bad rows are reported instead)."""


class HeadingsUnknownError(ConversationFileError):
    """A table lacks columns that are needed, or calls them otherwise."""

    def __init__(self, message: str, headings: Sequence[str], missing: Sequence[str]) -> None:
        """`headings`: what the table has; `missing`: the fields nobody found."""
        super().__init__(message)
        self.headings = tuple(headings)
        self.missing = tuple(missing)
