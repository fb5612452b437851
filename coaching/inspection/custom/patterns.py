"""Regular expressions that cannot run for ever.

A pattern reads the beginning of a message, and is given so much time for a message and for a conversation; what is
not ready by then is stopped. Not pure: it looks at the clock.
"""

import time
from dataclasses import dataclass

from coaching.inspection.custom.expressions import compiled
from coaching.inspection.rule import RuleOverrunError

MAX_TEXT_CHARS = 2_000
"""What is read of a message: its beginning."""
MESSAGE_S = 0.1
"""Processor time of the thread that reads, for one message; usual patterns take microseconds."""
CONVERSATION_S = 0.5
"""Processor time for all messages of a conversation, and as much again for every thousand of them."""


class PatternTooSlowError(RuleOverrunError):
    """A pattern was stopped; the message says which, for people."""


@dataclass
class Allowance:
    """Processor time left to the patterns of one rule in one conversation."""

    left_s: float = CONVERSATION_S

    @classmethod
    def of(cls, messages: int) -> "Allowance":
        """For a conversation of so many messages."""
        return cls(CONVERSATION_S * (1 + messages / 1_000))


class Pattern:
    """A regular expression that is stopped in time.

    Raises:
        ValueError: see `expressions.compiled`.
    """

    def __init__(self, written: str, *, ignore_case: bool = True) -> None:
        self.written = written
        self._compiled = compiled(written, ignore_case=ignore_case)

    def search(self, text: str, allowance: Allowance) -> str | None:
        """What it matches first in a message; None where it does not.

        Raises:
            PatternTooSlowError: it took too long.
        """
        limit_s = max(min(MESSAGE_S, allowance.left_s), 0.001)
        timeout_s = limit_s
        while True:
            began = time.thread_time()
            try:
                # concurrent: other threads go on meanwhile.
                match = self._compiled.search(text[:MAX_TEXT_CHARS], timeout=timeout_s, concurrent=True)
            except TimeoutError as error:
                # The engine counts by clock(): the processor time of all threads. Only this one's is the pattern's.
                if time.thread_time() - began >= limit_s:
                    raise PatternTooSlowError(self._told()) from error
                timeout_s *= 2
                continue
            allowance.left_s -= time.thread_time() - began
            if allowance.left_s <= 0:
                raise PatternTooSlowError(self._told())
            return None if match is None else match.group()

    def _told(self) -> str:
        return f"正则“{self.written[:60]}”运行太久，已停下；请避免 (…+)+ 这样重复里套重复的写法"
