"""Custom rules compiled once a version, and kept by a process."""

from collections.abc import Callable

from coaching.inspection.custom.compiling import Compiled

_REMEMBERED = 500


class RuleMemory:
    """Compiled versions; one that was stopped stays stopped. Shared by all threads of a process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Compiled] = {}

    def get(self, rule_id: str, version: int, compiled: Callable[[], Compiled]) -> Compiled:
        """This version of a rule, compiled when it is first asked for."""
        key = (rule_id, version)
        found = self._known.get(key)
        if found is None:
            found = compiled()
            if len(self._known) >= _REMEMBERED:
                self._known = {}
            self._known[key] = found
        return found

    def stopped(self) -> list[Compiled]:
        """Those that ran too long."""
        return [one for one in list(self._known.values()) if one.stopped is not None]
