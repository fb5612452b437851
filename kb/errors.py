"""The tree of errors that `kb/` raises; `api/errors.py` gives each its status and code."""


class KnowledgeError(Exception):
    """Anything the knowledge base refuses; the message is for people and says what to do."""


class CardNotFoundError(KnowledgeError):
    """No such card, or not in a shop the asker may see."""


class CardConflictError(KnowledgeError):
    """Somebody else saved the card since it was read; nothing was overwritten."""

    def __init__(self, message: str, version: int) -> None:
        """`version`: the card's newest."""
        super().__init__(message)
        self.version = version


class CardStateError(KnowledgeError):
    """The card's status does not allow this step."""


class CardDuplicateError(KnowledgeError):
    """Another card already has this identity."""


class UnreadableFileError(KnowledgeError):
    """A file cannot be read at all, whatever it should hold."""


class CardFileError(KnowledgeError):
    """A card file cannot be read at all (single bad rows are reported instead)."""


class SuggestionNotFoundError(KnowledgeError):
    """No such suggestion, or it belongs to somebody else."""


class EmptyTextError(KnowledgeError):
    """Nothing was written that could be looked up."""
