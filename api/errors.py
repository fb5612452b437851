"""Domain error → HTTP status and code, in one table, and the one shape every error has."""

from collections.abc import Mapping, Sequence
from typing import Any

from coaching import errors as coaching
from embeddings.errors import EmbeddingError, ModelNotFoundError, SnapshotError
from kb import errors as kb


class AccessError(Exception):
    """Anything that keeps a request out."""


class NotLoggedInError(AccessError):
    """No token or session, or one that is not valid any more."""


class ForbiddenError(AccessError):
    """Known, but the role does not allow this."""


class CsrfError(ForbiddenError):
    """A session's request that did not come from one of our own pages."""


class TooManyAttemptsError(AccessError):
    """Too many failed logins in a short time."""


class TokenNotFoundError(AccessError):
    """No such token, or somebody else's."""


class AccountExistsError(AccessError):
    """The account name is taken."""


class AccountNotFoundError(AccessError):
    """No such account."""


class JobNotFoundError(AccessError):
    """No such job, or somebody else's."""


class RequestError(Exception):
    """A request that cannot be carried out as it was made."""


class TooLargeError(RequestError):
    """More bytes or characters than the limit."""


class InvalidRequestError(RequestError):
    """A value that cannot be used; `problems` lists `{field, reason}`."""

    def __init__(self, message: str, field: str, problems: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems) or ({"field": field, "reason": message},)


class NothingAskedError(InvalidRequestError):
    """Nothing was written that could be looked up; names the field."""


class NotReadyError(RequestError):
    """The server has not finished starting, or one of its parts does not answer."""


STATUS_AND_CODE: dict[type[Exception], tuple[int, str]] = {
    kb.CardNotFoundError: (404, "card_not_found"),
    kb.CardConflictError: (409, "card_conflict"),
    kb.CardStateError: (409, "card_state"),
    kb.CardDuplicateError: (409, "card_duplicate"),
    kb.CardFileError: (422, "card_file"),
    kb.UnreadableFileError: (422, "unreadable_file"),
    kb.SuggestionNotFoundError: (404, "suggestion_not_found"),
    kb.EmptyTextError: (422, "empty_text"),
    kb.KnowledgeError: (400, "knowledge"),
    coaching.ConversationNotFoundError: (404, "conversation_not_found"),
    coaching.ConversationConflictError: (409, "conversation_conflict"),
    coaching.ConversationFileError: (422, "conversation_file"),
    coaching.HeadingsUnknownError: (422, "headings_unknown"),
    coaching.FindingNotFoundError: (404, "finding_not_found"),
    coaching.ReviewNotFoundError: (404, "review_not_found"),
    coaching.AppealNotFoundError: (404, "appeal_not_found"),
    coaching.CalibrationNotFoundError: (404, "calibration_not_found"),
    coaching.CaseNotFoundError: (404, "case_not_found"),
    coaching.VisitNotFoundError: (404, "visit_not_found"),
    coaching.EntryNotFoundError: (404, "entry_not_found"),
    coaching.DecidedError: (409, "decided"),
    coaching.OwnWorkError: (403, "own_work"),
    coaching.WordsMissingError: (422, "words_missing"),
    coaching.ScorecardError: (422, "scorecard"),
    coaching.RuleNotFoundError: (404, "rule_not_found"),
    coaching.RuleNotOwnError: (403, "forbidden"),
    coaching.RuleConflictError: (409, "rule_conflict"),
    coaching.RuleNotReadyError: (409, "rule_not_ready"),
    coaching.RuleSetError: (422, "rule_set"),
    coaching.CoachingError: (400, "coaching"),
    ModelNotFoundError: (503, "model_not_found"),
    SnapshotError: (503, "snapshot"),
    EmbeddingError: (503, "embedding"),
    NotLoggedInError: (401, "not_logged_in"),
    ForbiddenError: (403, "forbidden"),
    CsrfError: (403, "csrf"),
    TooManyAttemptsError: (429, "too_many_attempts"),
    TokenNotFoundError: (404, "token_not_found"),
    AccountExistsError: (409, "account_exists"),
    AccountNotFoundError: (404, "account_not_found"),
    JobNotFoundError: (404, "job_not_found"),
    AccessError: (403, "forbidden"),
    TooLargeError: (413, "too_large"),
    InvalidRequestError: (422, "invalid"),
    NothingAskedError: (422, "empty_text"),
    NotReadyError: (503, "not_ready"),
    RequestError: (400, "bad_request"),
}


def error_body(code: str, message: str, details: Any = None) -> dict[str, Any]:
    """The JSON every error has."""
    return {"error": {"code": code, "message": message, "details": details}}


def status_and_code(error: Exception) -> tuple[int, str]:
    """Status and code of a domain error: its own row, else its nearest ancestor's."""
    for kind in type(error).__mro__:
        if kind in STATUS_AND_CODE:
            return STATUS_AND_CODE[kind]
    return 500, "internal"
