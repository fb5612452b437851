import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.card_import import CardFile, CardImporter, ImportOrder
from app.database import DatabaseVectorCache, transaction
from embeddings import Encoder
from kb.cards.editing import Actor, archive_card
from kb.cards.importing import ImportReport
from kb.cards.tables import Card, Revision
from kb.errors import CardFileError
from tests.conftest import Clock

ZONE = ZoneInfo("Asia/Shanghai")
GOOD = {"external_id": "a", "standard_question": "多久发货", "replies": ["两天内。"]}
OTHER = {"external_id": "b", "standard_question": "能开发票吗", "replies": ["能。"]}
BAD = {"external_id": "c", "standard_question": "没有回复的卡"}


@pytest.fixture
def importer(engine: Engine, encoder: Encoder, clock: Clock) -> CardImporter:
    return CardImporter(engine, encoder, DatabaseVectorCache(engine), clock)


@pytest.fixture
def order(tmp_path: Path) -> Callable[..., ImportOrder]:
    def _order(*cards: dict[str, object], publish: bool = False) -> ImportOrder:
        file = tmp_path / "cards.jsonl"
        file.write_text("\n".join(json.dumps(card, ensure_ascii=False) for card in cards), encoding="utf-8")
        return ImportOrder([CardFile(file, "卡.jsonl")], "cli", ZONE, publish)

    return _order


class Watched:
    """Remembers stages and counts."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int | None]] = []
        self.counts: dict[str, int] = {}

    def __call__(self, name: str, total: int | None) -> Callable[[int], None]:
        self.seen.append((name, total))

        def advance(count: int) -> None:
            self.counts[name] = self.counts.get(name, 0) + count

        return advance


def _cards(engine: Engine) -> list[str | None]:
    with Session(engine) as session:
        return list(session.exec(select(Card.external_id).order_by(Card.id)))


def test_good_rows_are_written_and_bad_ones_named(
    importer: CardImporter, order: Callable[..., ImportOrder], engine: Engine
) -> None:
    watched = Watched()
    report = importer.run(order(GOOD, BAD, OTHER), watched)
    assert (report.created, len(report.refused)) == (2, 1)
    assert (report.refused[0].file, report.refused[0].row, report.refused[0].column) == ("卡.jsonl", 2, "replies")
    assert _cards(engine) == ["a", "b"]
    assert watched.seen == [("读取", None), ("计算向量", 2), ("写入", None)]
    assert watched.counts == {"读取": 3, "计算向量": 2}


def test_dry_run_reports_the_same_and_writes_nothing(
    importer: CardImporter, order: Callable[..., ImportOrder], engine: Engine
) -> None:
    assert importer.dry_run(order(GOOD, BAD), Watched()).created == 1
    assert _cards(engine) == []


def test_the_same_file_again_changes_nothing(
    importer: CardImporter, order: Callable[..., ImportOrder], engine: Engine
) -> None:
    importer.run(order(GOOD, publish=True), Watched())
    watched = Watched()
    assert importer.run(order(GOOD, publish=True), watched) == ImportReport(unchanged=1)
    assert ("计算向量", 0) in watched.seen
    with Session(engine) as session:
        assert len(session.exec(select(Revision)).all()) == 1


def test_an_error_at_the_end_leaves_nothing_half(
    importer: CardImporter, order: Callable[..., ImportOrder], engine: Engine
) -> None:
    def fail(_session: Session, _report: ImportReport) -> None:
        raise CardFileError("不行")

    with pytest.raises(CardFileError, match="不行"):
        importer.run(order(GOOD, OTHER), Watched(), fail)
    assert _cards(engine) == []


def test_what_somebody_did_while_vectors_were_made_counts(
    importer: CardImporter, order: Callable[..., ImportOrder], engine: Engine, clock: Clock
) -> None:
    importer.run(order(GOOD, publish=True), Watched())

    def archive_meanwhile(name: str, _total: int | None) -> Callable[[int], None]:
        if name == "写入":
            with transaction(engine) as session:
                archive_card(session, 1, Actor("account:1", clock() + timedelta(seconds=1)))
        return lambda _count: None

    report = importer.run(order(GOOD, publish=True), archive_meanwhile)
    assert report == ImportReport(updated=1)
    with Session(engine) as session:
        card = session.get(Card, 1)
        assert card is not None
        assert (card.status, card.published_version) == ("published", 2)


def test_unreadable_file_is_one_clear_error(importer: CardImporter, tmp_path: Path) -> None:
    with pytest.raises(CardFileError, match="没有"):
        importer.run(ImportOrder([CardFile(tmp_path / "没有.csv", "没有.csv")], "cli", ZONE), Watched())
