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


class FindingNotFoundError(CoachingError):
    """No such finding, or not one the asker may see."""


class ReviewNotFoundError(CoachingError):
    """No such review, or no such task to review, or not one the asker may see."""


class AppealNotFoundError(CoachingError):
    """No such appeal, or not one the asker may see."""


class CalibrationNotFoundError(CoachingError):
    """No such calibration session, or not one the asker may see."""


class CaseNotFoundError(CoachingError):
    """No such case in the library, or not one the asker may see."""


class VisitNotFoundError(CoachingError):
    """No such mystery visit, or not one the asker may see."""


class EntryNotFoundError(CoachingError):
    """No such entry in the suggestion box, or not one the asker may see."""


class DecidedError(CoachingError):
    """What was to be done is done already, or its time is over; nothing was overwritten."""


class OwnWorkError(CoachingError):
    """Nobody judges what they did themselves, and nobody does what is another's to do."""


class WordsMissingError(CoachingError):
    """A reason, an answer or another text that people will read is missing, or too long."""


class ScorecardError(CoachingError):
    """A scorecard that cannot be reckoned: no dimension, a score outside 0 to 100, or one without its reason."""


class RuleNotFoundError(CoachingError):
    """No such custom rule, or not one the asker may see."""


class RuleNotOwnError(CoachingError):
    """A rule or rule set for shops that are not the asker's."""


class RuleConflictError(CoachingError):
    """Somebody else changed the rule since it was read; nothing was overwritten."""

    def __init__(self, message: str, version: int) -> None:
        """`version`: the rule's newest."""
        super().__init__(message)
        self.version = version


class RuleNotReadyError(CoachingError):
    """A rule that cannot be switched on: its examples fail, it runs too long, or hits nearly everything."""


class RuleSetError(CoachingError):
    """A rule set that cannot be used: unknown rules, or nobody could tell when and where it is in force."""
