"""Many cards at once: what would happen to each, then all good ones in one transaction.

Three steps, so that a killed import leaves nothing half: `plan_import` reads and decides,
`embed_plan` fills the vector cache (committed as it goes, and only a cache), `apply_plan` writes.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from embeddings.ports import Encoder, Progress
from kb.card_files import ParsedRow, Refusal
from kb.cards.editing import Actor, add_codes, note_changes, unknown_codes
from kb.cards.identity import identity_key
from kb.cards.reading import may_write
from kb.cards.storing import insert_children, read_contents, revision_columns
from kb.cards.tables import Card, Revision
from kb.content import CardEntry
from kb.text.folding import fold
from kb.vectors import VectorCache, embed_documents
from kb.vocabulary import Status

_READ_AT_ONCE = 500


class Fate(StrEnum):
    """What an import does with a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class PlannedRow(NamedTuple):
    """A good row and what becomes of it."""

    file: str
    row: int
    entry: CardEntry
    key: str
    fate: Fate
    card_id: int | None
    """The card it changes; None for a new one."""
    new_content: bool
    """False where only the publishing is new."""

    @property
    def identity(self) -> str:
        """Unique within an import."""
        return self.entry.external_id or self.key


@dataclass(frozen=True)
class ImportPlan:
    """Every row's fate before anything is written."""

    rows: tuple[PlannedRow, ...]
    refused: tuple[Refusal, ...]
    publish: bool
    created_shops: tuple[str, ...] = ()
    created_products: tuple[str, ...] = ()

    @property
    def report(self) -> "ImportReport":
        """The counts that files, API and command line show."""
        counts = Counter(row.fate for row in self.rows)
        return ImportReport(
            counts[Fate.CREATED],
            counts[Fate.UPDATED],
            counts[Fate.UNCHANGED],
            self.refused,
            self.created_shops,
            self.created_products,
        )


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or in a dry run would do."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: tuple[Refusal, ...] = field(default=())
    created_shops: tuple[str, ...] = ()
    """Codes that no shop had before; a slip of the pen shows here."""
    created_products: tuple[str, ...] = ()

    @property
    def refused_rows(self) -> int:
        """How many rows were refused; `refused` may hold several reasons for one."""
        return len({(one.file, one.row) for one in self.refused})


class _Known(NamedTuple):
    card: Card
    content: CardEntry


def plan_import(
    session: Session, rows: Iterable[tuple[str, ParsedRow]], *, publish: bool, shops: frozenset[str] | None = None
) -> ImportPlan:
    """Decides on `(file, row)` pairs; within one import the first row of an identity wins, later ones are refused.

    `shops`: codes the importer may write to; None means all. A row that names no shop is then meant for these.
    """
    good: list[tuple[str, int, CardEntry, str]] = []
    refused: list[Refusal] = []
    seen: dict[str, int] = {}
    for file, parsed in rows:
        if parsed.entry is None:
            refused.extend(parsed.refusals)
            continue
        entry = _for_shops(parsed.entry, shops)
        key = identity_key(entry)
        identity = entry.external_id or key
        problem = _problem(entry, seen.get(identity), shops)
        if problem is not None:
            refused.append(Refusal(file, parsed.row, *problem))
            continue
        seen[identity] = parsed.row
        good.append((file, parsed.row, entry, key))
    known = _known_cards(session, [(entry.external_id, key) for _, _, entry, key in good])
    planned, taken = [], set[int]()
    for file, row, entry, key in good:
        other = known.get(entry.external_id or key)
        if other is not None and not may_write(other.content.shops, shops):
            refused.append(Refusal(file, row, "external_id", "这个编号属于别的店铺的卡，您不能改它；请换一个编号"))
            continue
        decided = _decide(file, row, entry, key, other, publish)
        if decided.card_id in taken:
            refused.append(Refusal(file, row, "external_id", "和本次导入的前面一行是同一张卡，请合并成一行"))
            continue
        if decided.card_id is not None:
            taken.add(decided.card_id)
        planned.append(decided)
    shop_codes, product_codes = unknown_codes(session, [one.entry for one in planned if one.new_content])
    return ImportPlan(tuple(planned), tuple(refused), publish, tuple(shop_codes), tuple(product_codes))


def embed_plan(plan: ImportPlan, encoder: Encoder, cache: VectorCache, progress: Progress | None = None) -> None:
    """Sees to it that every question of the plan has its vector in the cache; `progress` counts questions."""
    texts = questions_of(plan)
    embed_documents(encoder, cache, texts, progress)


def questions_of(plan: ImportPlan) -> list[str]:
    """The folded questions, negative ones included, that the plan will search by; each once."""
    entries = [row.entry for row in plan.rows if row.fate is not Fate.UNCHANGED]
    asked = (text for entry in entries for text in (*entry.questions, *entry.negative_questions))
    return list(dict.fromkeys(fold(text) for text in asked))


def apply_plan(session: Session, plan: ImportPlan, by: Actor, *, is_demo: bool = False) -> ImportReport:
    """Writes all good rows of a plan made in this same transaction."""
    add_codes(session, [row.entry for row in plan.rows if row.new_content], by.now)
    card_ids = _add_cards(session, [row for row in plan.rows if row.card_id is None], by, is_demo=is_demo)
    changed = [(card_ids.get(row.identity, row.card_id), row) for row in plan.rows if row.fate is not Fate.UNCHANGED]
    pairs = [(card_id, row) for card_id, row in changed if card_id is not None]
    _add_revisions(session, [pair for pair in pairs if pair[1].new_content], by)
    if plan.publish:
        _publish(session, [card_id for card_id, _ in pairs], by)
    session.expire_all()
    return plan.report


def _for_shops(entry: CardEntry, shops: frozenset[str] | None) -> CardEntry:
    return entry if shops is None or entry.shops else entry.model_copy(update={"shops": tuple(sorted(shops))})


def _problem(entry: CardEntry, earlier_row: int | None, shops: frozenset[str] | None) -> tuple[str, str] | None:
    """Column and reason why a well-formed row is not taken."""
    if earlier_row is not None:
        return "external_id" if entry.external_id else "standard_question", f"和第 {earlier_row} 行重复，请合并成一行"
    if shops is not None and not may_write(entry.shops, shops):
        return "shops", f"您只能写入自己店铺的卡，请在店铺一栏填写：{'、'.join(sorted(shops))}"
    return None


def _known_cards(session: Session, identities: Sequence[tuple[str, str]]) -> dict[str, _Known]:
    """Cards in the database by external id or, where none is given, by identity key."""
    found: dict[str, _Known] = {}
    for name, values in (
        ("external_id", [external_id for external_id, _ in identities if external_id]),
        ("identity_key", [key for external_id, key in identities if not external_id]),
    ):
        for start in range(0, len(values), _READ_AT_ONCE):
            some = values[start : start + _READ_AT_ONCE]
            statement = (
                select(Card, Revision)
                .join(Revision, (col(Revision.card_id) == Card.id) & (col(Revision.version) == Card.version))
                .where(getattr(Card, name).in_(some))
                .order_by(col(Card.id).desc())
            )
            rows = list(session.exec(statement))
            contents = read_contents(session, [revision for _, revision in rows])
            for card, revision in rows:
                fields = dict(contents[revision.id or 0])
                entry = CardEntry.model_construct(**fields, external_id=card.external_id or "")
                found[getattr(card, name)] = _Known(card, entry)
    return found


def _decide(file: str, row: int, entry: CardEntry, key: str, known: _Known | None, publish: bool) -> PlannedRow:
    if known is None:
        return PlannedRow(file, row, entry, key, Fate.CREATED, None, new_content=True)
    new_content = known.content.content != entry.content or known.card.status == Status.ARCHIVED
    to_publish = publish and known.card.status != Status.PUBLISHED
    fate = Fate.UPDATED if new_content or to_publish else Fate.UNCHANGED
    return PlannedRow(file, row, entry, key, fate, known.card.id, new_content)


def _add_cards(session: Session, rows: Sequence[PlannedRow], by: Actor, *, is_demo: bool) -> dict[str, int]:
    """New cards without revisions; their ids by identity."""
    if not rows:
        return {}
    values = [
        {
            "external_id": row.entry.external_id or None,
            "identity_key": row.key,
            "status": Status.DRAFT,
            "version": 0,
            "is_demo": is_demo,
            "created_at": by.now,
            "updated_at": by.now,
        }
        for row in rows
    ]
    statement = insert(Card).returning(col(Card.id), sort_by_parameter_order=True)
    ids = session.scalars(statement, values)
    return {row.identity: card_id for row, card_id in zip(rows, ids, strict=True) if card_id is not None}


def _add_revisions(session: Session, pairs: Sequence[tuple[int, PlannedRow]], by: Actor) -> None:
    if not pairs:
        return
    card_ids = [card_id for card_id, _ in pairs]
    versions = _versions(session, card_ids)
    values = [
        {
            "card_id": card_id,
            "version": versions[card_id] + 1,
            "status": Status.DRAFT,
            "actor_id": by.actor_id,
            "note": "导入",
            "created_at": by.now,
            **revision_columns(row.entry, by.zone),
        }
        for card_id, row in pairs
    ]
    ids = session.scalars(insert(Revision).returning(col(Revision.id), sort_by_parameter_order=True), values)
    revision_ids = [revision_id for revision_id in ids if revision_id is not None]
    insert_children(session, [(key, row.entry) for key, (_, row) in zip(revision_ids, pairs, strict=True)])
    moves = [
        {
            "id": card_id,
            "version": versions[card_id] + 1,
            "status": Status.DRAFT,
            "identity_key": row.key,
            "updated_at": by.now,
        }
        for card_id, row in pairs
    ]
    session.execute(update(Card), moves)


def _versions(session: Session, card_ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(card_ids), _READ_AT_ONCE):
        statement = select(col(Card.id), col(Card.version)).where(
            col(Card.id).in_(card_ids[start : start + _READ_AT_ONCE])
        )
        found.update({card_id: version for card_id, version in session.exec(statement) if card_id is not None})
    return found


def _publish(session: Session, card_ids: Sequence[int], by: Actor) -> None:
    for start in range(0, len(card_ids), _READ_AT_ONCE):
        some = card_ids[start : start + _READ_AT_ONCE]
        newest = select(Card.id).where(col(Card.id) == Revision.card_id, col(Card.version) == Revision.version)
        answering = select(Card.id).where(
            col(Card.id) == Revision.card_id, col(Card.published_version) == Revision.version
        )
        among = update(Revision).where(col(Revision.card_id).in_(some))
        options = {"synchronize_session": False}
        session.execute(among.where(answering.exists()).values(status=Status.ARCHIVED), execution_options=options)
        session.execute(among.where(newest.exists()).values(status=Status.PUBLISHED), execution_options=options)
        session.execute(
            update(Card)
            .where(col(Card.id).in_(some))
            .values(published_version=col(Card.version), status=Status.PUBLISHED, updated_at=by.now),
            execution_options=options,
        )
    note_changes(session, card_ids, by.now)
