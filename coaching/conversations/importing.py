"""Conversation files into the database, in three steps, so that an import that is killed leaves nothing half.

`prepare` reads, checks and masks into a spool, without the database; `keep` writes all of it in the caller's one
transaction. Memory holds a few hundred messages at a time, whatever the size of the files.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from coaching.conversations.arrivals import Arrival, masked_arrival, packed, unpacked
from coaching.conversations.checking import check_record, check_rows
from coaching.conversations.codes import Codes
from coaching.conversations.files import ConversationFile, Note, Reading, read_file
from coaching.conversations.spool import Spool, Unit
from coaching.conversations.storing import Fate, Keeper, Kept
from kb.files.table import Refusal

Stages = Callable[[str, int | None], Callable[[int], None]]
"""Called at the start of each stage with its name and size (None: unknown); gives what counts its progress."""

MAX_TOLD = 1_000
"""Refusals and notes a report lists; the rest is counted."""
_COUNT_EVERY = 500
_MESSAGES_AT_ONCE = 2_000
_CONVERSATIONS_AT_ONCE = 300


@dataclass
class ConversationReport:
    """What an import did, or in a dry run would do: counts of conversations, and of messages that are new."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    messages: int = 0
    refused: list[Refusal] = field(default_factory=list)
    """The first 1,000."""
    refused_rows: int = 0
    """Rows of the files, all of them."""
    created_shops: list[str] = field(default_factory=list)
    created_agents: list[str] = field(default_factory=list)
    created_products: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was passed over or looks odd; the first 1,000."""

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Tells why rows were not taken; refusals of one row come together."""
        self.refused += refusals[: max(0, MAX_TOLD - len(self.refused))]
        self.refused_rows += len({(one.file, one.row) for one in refusals})

    def note(self, text: str) -> None:
        """Tells something worth knowing, once."""
        if len(self.notes) < MAX_TOLD and text not in self.notes:
            self.notes.append(text)

    def tell_codes(self, codes: Codes) -> None:
        """Tells which codes nobody had created: a slip of the pen shows here."""
        self.created_shops = sorted(codes.created_shops)
        self.created_agents = sorted(codes.created_agents)
        self.created_products = sorted(codes.created_products)

    def count(self, kept: Kept) -> None:
        """Counts what became of a conversation."""
        self.refuse(kept.refused)
        self.messages += kept.added
        if kept.fate is Fate.CREATED:
            self.created += 1
        elif kept.fate is Fate.UPDATED:
            self.updated += 1
        elif kept.fate is Fate.UNCHANGED:
            self.unchanged += 1


def prepare(
    files: Sequence[ConversationFile], spool: Spool, reading: Reading, zone: ZoneInfo, stages: Stages
) -> ConversationReport:
    """Reads, checks and masks; what can be stored then waits in the spool, what cannot is in the report.

    Raises:
        ConversationFileError: a file as a whole cannot be read.
        HeadingsUnknownError: a table whose headings have to be mapped first.
    """
    report = ConversationReport()
    advance = _counted(stages("读取", None))
    for file in files:
        for piece in read_file(file, spool, reading):
            advance(1)
            if isinstance(piece, Refusal):
                report.refuse([piece])
            elif isinstance(piece, Note):
                report.note(piece.text)
    advance(0)
    total = spool.count()
    advance = _counted(stages("检查并隐去个人信息", total))
    for unit in spool.units():
        advance(1)
        arrival = _checked(unit, zone, report)
        if arrival is not None:
            spool.add_ready(packed(arrival))
    advance(0)
    return report


def keep(spool: Spool, keeper: Keeper, report: ConversationReport) -> ConversationReport:
    """Stores what waits in the spool, and completes the report; the transaction is the keeper's."""
    for some in portions(map(unpacked, spool.ready())):
        for kept in keeper.store(some):
            report.count(kept)
    keeper.finish()
    report.tell_codes(keeper.codes)
    return report


def _checked(unit: Unit, zone: ZoneInfo, report: ConversationReport) -> Arrival | None:
    if unit.is_table:
        checked = check_rows(unit.file, unit.parts, zone)
    else:
        row, content = unit.parts[0]
        checked = check_record(unit.file, row, content, zone)
    report.refuse(checked.refused)
    for note in checked.notes:
        report.note(f"{unit.file}:{checked.row} {note}")
    if checked.head is None:
        return None
    return masked_arrival(unit.file, checked.row, checked.head, checked.messages, checked.rows)


def portions(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """A few at a time; no key twice in one portion, so that the second meets what the first became."""
    some: dict[object, Arrival] = {}
    messages = 0
    for one in arrivals:
        if some and (
            one.key in some or len(some) >= _CONVERSATIONS_AT_ONCE or messages + len(one.messages) > _MESSAGES_AT_ONCE
        ):
            yield list(some.values())
            some, messages = {}, 0
        some[one.key] = one
        messages += len(one.messages)
    if some:
        yield list(some.values())


def _counted(advance: Callable[[int], None]) -> Callable[[int], None]:
    """Passes counts on now and then; 0 passes on what is left."""
    waiting = 0

    def count(more: int) -> None:
        nonlocal waiting
        waiting += more
        if waiting >= _COUNT_EVERY or not more:
            advance(waiting)
            waiting = 0

    return count
