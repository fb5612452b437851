"""Cards as files carry them, read page by page."""

from collections.abc import Iterator

from sqlmodel import Session

from embeddings.ports import Progress
from kb.cards.reading import CardFilter, list_cards
from kb.content import CardEntry
from kb.vocabulary import Status

_PAGE = 500


def exported_entries(session: Session, progress: Progress) -> Iterator[CardEntry]:
    """The newest content of every card that is not archived, by id; `progress` counts cards."""
    after_id = 0
    while page := list_cards(session, CardFilter(), after_id=after_id, limit=_PAGE):
        after_id = page[-1].card.id or 0
        yield from (one.entry for one in page if one.card.status != Status.ARCHIVED)
        progress(len(page))
        session.expunge_all()
