"""Passwords as argon2id hashes, and a brake on guessing them."""

import threading
from collections import deque
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import TooManyAttemptsError

WINDOW = timedelta(minutes=5)
MAX_FAILURES_PER_NAME = 5
MAX_FAILURES_PER_HOST = 20
"""Higher than for a name: a whole office shares one address."""
_REMEMBERED_KEYS = 10_000
BEHIND_PROXY = "proxy"
"""The address of everybody whom a proxy on this machine hides: they share it, and must not lock each other out."""

_HASHER = PasswordHasher()
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$/6QdBsTkcZp6LRIN+VWbJw$zlT3hSHo8+GeyjTbH95sNMlCPs2qXB0BFUdrWP1uiVY"
"""Compared with where there is no account, so that unknown names take as long as known ones."""


def hash_password(password: str) -> str:
    """Argon2id with a fresh salt."""
    return _HASHER.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; takes the same time when nothing is stored."""
    try:
        _HASHER.verify(stored or NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


class FailedLogins:
    """Counts failures of the last five minutes per name and per address; lives in the process's memory."""

    def __init__(self) -> None:
        self._failures: dict[tuple[str, str], deque[datetime]] = {}
        self._lock = threading.Lock()

    def check(self, name: str, host: str, now: datetime) -> None:
        """Lets an attempt through.

        Raises:
            TooManyAttemptsError: this name or this address has failed too often.
        """
        with self._lock:
            if any(self._recent(key, now) >= limit for key, limit in _limits(name, host).items()):
                raise TooManyAttemptsError("密码错误次数太多，请 5 分钟后再试，或请管理员给您一个登录链接。")

    def add(self, name: str, host: str, now: datetime) -> None:
        """Remembers a failure."""
        with self._lock:
            for key in _limits(name, host):
                # Put at the end again: what is dropped first is what failed longest ago.
                times = self._failures.pop(key, deque(maxlen=MAX_FAILURES_PER_HOST))
                times.append(now)
                self._failures[key] = times
            while len(self._failures) > _REMEMBERED_KEYS:
                del self._failures[next(iter(self._failures))]

    def forget(self, name: str) -> None:
        """A right password clears the name, not the address."""
        with self._lock:
            self._failures.pop(("name", name), None)

    def _recent(self, key: tuple[str, str], now: datetime) -> int:
        return sum(now - at < WINDOW for at in self._failures.get(key, ()))


def _limits(name: str, host: str) -> dict[tuple[str, str], int]:
    """What is counted for an attempt, and how many failures each may have."""
    limits = {("name", name): MAX_FAILURES_PER_NAME}
    return limits if host == BEHIND_PROXY else limits | {("host", host): MAX_FAILURES_PER_HOST}
