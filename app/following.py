"""Keeping the cards in memory up to date with the database, whichever process changed them."""

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from api.lookup_log import LookupLog
from app.database import transaction
from kb.search.catalogue import Catalogue
from kb.search.searching import PinyinKeyring

log = logging.getLogger(__name__)

FOLLOW_EVERY_S = 0.5
"""A change made elsewhere answers here within two seconds, embedding included."""
MANY = 200
"""From so many exchanged cards on, the new index is worth saving at once."""


class Follower:
    """A thread that follows the change log.

    Args:
        engine: the database.
        catalogue: what is kept up to date.
        after_many: called after many cards were exchanged at once.
        lookups: what could not be written while the database was busy; written here as soon as it can be.
        pinyin: spelled out here, soon after the start and after every change, so that nobody's search waits for it.
    """

    def __init__(
        self,
        engine: Engine,
        catalogue: Catalogue,
        after_many: Callable[[], None],
        lookups: LookupLog,
        pinyin: PinyinKeyring,
    ) -> None:
        self._engine = engine
        self._catalogue = catalogue
        self._after_many = after_many
        self._lookups = lookups
        self._pinyin = pinyin
        self._stop = threading.Event()
        self._fails = False
        self._thread = threading.Thread(target=self._follow, name="follower", daemon=True)

    def start(self) -> None:
        """Begins to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the step under way."""
        self._stop.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._stop.wait(FOLLOW_EVERY_S):
            try:
                self._step()
            except SQLAlchemyError as error:
                self._note_failure(error)
            except Exception:
                # Whatever it is: a server whose thread has ended would never follow again, and nobody would notice.
                log.exception("following the change log failed; trying again")

    def _step(self) -> None:
        started = time.monotonic()
        with Session(self._engine) as session:
            count = self._catalogue.refresh(session)
        if len(self._lookups):
            with transaction(self._engine) as session:
                self._lookups.write_waiting(session)
        if self._fails:
            self._fails = False
            log.info("the database answers again")
        if count:
            log.info("%d cards changed, followed in %.2f s", count, time.monotonic() - started)
        if count >= MANY:
            self._after_many()
        self._pinyin.follow(self._catalogue)

    def _note_failure(self, error: SQLAlchemyError) -> None:
        # Said once, not twice a second for as long as it lasts.
        if not self._fails:
            self._fails = True
            log.warning("cannot follow the change log now: %s", error.__class__.__name__)
