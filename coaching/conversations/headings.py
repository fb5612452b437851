"""What foreign headings mean, said once and remembered for every table of the same shape."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from coaching.conversations.columns import column_named
from coaching.conversations.tables import HeadingMapping
from coaching.errors import ConversationFileError
from kb.files.table import heading_key


def shape_of(headings: Sequence[str]) -> str:
    """What tables with the same headings share, in whatever order they stand."""
    keys = sorted(key for heading in headings if (key := heading_key(heading)))
    return hashlib.blake2b("\n".join(keys).encode(), digest_size=16).hexdigest()


def checked_mapping(mapping: Mapping[str, str]) -> dict[str, str]:
    """Field → heading; fields may be given by their Chinese name.

    Raises:
        ConversationFileError: no such field.
    """
    found: dict[str, str] = {}
    for name, heading in mapping.items():
        column = column_named(name)
        if column is None:
            raise ConversationFileError(f"没有“{name}”这个字段，请对照 docs/conversation-files.md 里的列名")
        found[column.field] = heading
    return found


def recall_mapping(session: Session, headings: Sequence[str]) -> dict[str, str]:
    """The mapping remembered for these headings; empty for none."""
    row = session.get(HeadingMapping, shape_of(headings))
    return dict(row.mapping) if row is not None else {}


def remember_mapping(
    session: Session, headings: Sequence[str], mapping: Mapping[str, str], actor_id: str, now: datetime
) -> None:
    """Keeps a mapping for the next table of this shape."""
    if headings and mapping:
        shape = shape_of(headings)
        session.merge(HeadingMapping(shape=shape, mapping=dict(mapping), actor_id=actor_id, updated_at=now))
        session.flush()
