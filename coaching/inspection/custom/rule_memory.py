"""Custom rules compiled once a version, and what they overran, kept by a process."""

from collections.abc import Callable
from threading import Lock

from coaching.inspection.rule import Rule

OVERRUNS = 3
"""Different stored conversations over which a version may take too long before it is switched off. Our assumption:
one odd message must not cost a shop its rule.
"""
_REMEMBERED = 500


class RuleMemory:
    """Compiled versions, and over which stored conversations they took too long. Shared by all threads of a process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Rule] = {}
        self._overrun: dict[tuple[str, int], set[int]] = {}
        self._lock = Lock()

    def get(self, rule_id: str, version: int, compiled: Callable[[], Rule]) -> Rule:
        """This version of a rule, compiled when it is first asked for."""
        key = (rule_id, version)
        found = self._known.get(key)
        if found is None:
            found = compiled()
            if len(self._known) >= _REMEMBERED:
                self._known = {}
            self._known[key] = found
        return found

    def overran(self, rule: Rule, conversation_id: int) -> bool:
        """Notes that a rule took too long over a stored conversation; whether that is one too many."""
        with self._lock:
            noted = self._overrun.setdefault((rule.id, rule.version), set())
            noted.add(conversation_id)
            return len(noted) >= OVERRUNS

    def forget_overruns(self, rule: Rule) -> None:
        """Once it is switched off there is nothing left to note."""
        with self._lock:
            self._overrun.pop((rule.id, rule.version), None)
