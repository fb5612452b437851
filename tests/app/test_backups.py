import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlmodel import Session, select

from api.services import Services
from api.tables import Account, Job
from app.backups.archive import DATABASE, MANIFEST
from app.backups.backing_up import back_up
from app.backups.restoring import restore
from app.database import open_database
from app.errors import BackupError
from app.jobs.records import FAILED, RUNNING
from kb.cards.editing import Actor, archive_card, create_card, publish_card, save_card
from kb.cards.reading import get_card
from kb.cards.tables import Card, QuestionRow, Revision
from kb.content import CardContent
from kb.search.scope import Scope
from kb.suggestion.questions import Said
from kb.suggestion.suggesting import Asked, suggest
from tests.app.processes import huashu
from tests.conftest import NOW, Clock

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def saved(engine: Engine, publish: Callable[..., int], account: Callable[..., Account], tmp_path: Path) -> Path:
    """A backup with one card (id 1) and one account."""
    publish("木马摇椅多大的孩子能坐", "一岁半到四岁。", external_id="horse")
    account("小林")
    file = tmp_path / "saved.zip"
    back_up(engine, "the-key", file, NOW)
    return file


def _first_reply(services: Services, text: str) -> str | None:
    with Session(services.engine) as session:
        services.catalogue.refresh(session)
        found = suggest(session, services.catalogue, Asked([Said("customer", text)], Scope(), LATER))
        return None if found.abstained else found.cards[0].replies[0].text


def _contents(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(str(engine.url.database))) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: connection.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}


def test_a_server_that_runs_on_answers_as_the_backup_did(
    services: Services, session: Session, saved: Path, publish: Callable[..., int]
) -> None:
    by = Actor("account:1", NOW)
    save_card(session, 1, CardContent(standard_question="木马摇椅多大的孩子能坐", replies=("两岁到五岁。",)), 1, by)
    publish_card(session, 1, by)
    session.commit()
    publish("风筝线有多长", "三百米。", external_id="kite")
    assert _first_reply(services, "木马摇椅多大的孩子能坐") == "两岁到五岁。"

    assert restore(services.engine, saved, LATER) == "the-key"

    assert _first_reply(services, "木马摇椅多大的孩子能坐") == "一岁半到四岁。"
    assert _first_reply(services, "风筝线有多长") != "三百米。"
    assert len(services.catalogue) == 1


def test_ids_of_restored_rows_were_never_used_before(
    services: Services, session: Session, saved: Path, publish: Callable[..., int]
) -> None:
    publish("风筝线有多长", "三百米。")
    used = {table: max(session.exec(select(table.id))) for table in (Revision, QuestionRow)}
    restore(services.engine, saved, LATER)
    session.expire_all()
    for table, highest in used.items():
        assert all((new or 0) > (highest or 0) for new in session.exec(select(table.id)))
    # A card written after the restore must not meet what another process remembers of the card it replaces.
    made = create_card(session, CardContent(standard_question="铃铛怎么响", replies=("摇一摇。",)), Actor("x", LATER))
    publish_card(session, made.card.id or 0, Actor("x", LATER))
    session.commit()
    assert made.card.id == 3
    assert _first_reply(services, "铃铛怎么响") == "摇一摇。"


def test_restored_into_an_empty_installation(saved: Path, services: Services, tmp_path: Path) -> None:
    fresh = open_database(f"sqlite:///{tmp_path / 'fresh' / 'huashu.sqlite3'}")
    restore(fresh, saved, LATER)
    with Session(fresh) as session:
        assert get_card(session, 1).content.replies[0].text == "一岁半到四岁。"
        assert [account.name for account in session.exec(select(Account))] == ["小林"]
        from app.database import DatabaseVectorCache
        from kb.text.folding import fold
        from kb.vectors import text_hash

        model_id = services.catalogue.encoder.model_id
        assert DatabaseVectorCache(fresh).get(model_id, [text_hash(fold("木马摇椅多大的孩子能坐"))])
    fresh.dispose()


def test_a_job_that_was_under_way_counts_as_failed(engine: Engine, session: Session, tmp_path: Path) -> None:
    session.add(Job(id="j", kind="import_cards", status=RUNNING, created_at=NOW))
    session.commit()
    back_up(engine, None, tmp_path / "b.zip", NOW)
    assert restore(engine, tmp_path / "b.zip", LATER) is None
    session.expire_all()
    job = session.get(Job, "j")
    assert job is not None
    assert (job.status, job.finished_at) == (FAILED, LATER)
    assert "重新提交" in (job.error or "")


def test_backup_is_readable_by_its_owner_only_and_whole(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(saved) as archive:
        assert archive.testzip() is None
    assert [path.name for path in saved.parent.iterdir() if path.name.startswith(".")] == []


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def _flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def _text(file: Path) -> None:
    file.write_text("不是备份")


def _other_zip(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "a")


def _rewritten(file: Path, change: Callable[[Path, dict[str, object]], None]) -> None:
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read(MANIFEST))
        database = file.with_suffix(".sqlite3")
        database.write_bytes(archive.read(DATABASE))
    change(database, manifest)
    with zipfile.ZipFile(file, "w") as archive:
        archive.write(database, DATABASE)
        archive.writestr(MANIFEST, json.dumps(manifest))


def _foreign(file: Path) -> None:
    def change(database: Path, _manifest: dict[str, object]) -> None:
        database.write_bytes(b"SQLite format 3\0 but another one")

    _rewritten(file, change)


def _newer_format(file: Path) -> None:
    def change(_database: Path, manifest: dict[str, object]) -> None:
        manifest["format"] = 99

    _rewritten(file, change)


def _newer_schema(file: Path) -> None:
    def change(database: Path, manifest: dict[str, object]) -> None:
        import hashlib

        with closing(sqlite3.connect(database)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.commit()
        manifest["database_sha256"] = hashlib.sha256(database.read_bytes()).hexdigest()

    _rewritten(file, change)


@pytest.mark.parametrize("spoil", [_cut, _flipped, _text, _other_zip, _foreign, _newer_format, _newer_schema])
def test_what_is_no_backup_changes_nothing(engine: Engine, saved: Path, spoil: Callable[[Path], None]) -> None:
    before = _contents(engine)
    spoil(saved)
    with pytest.raises(BackupError, match="没有改动任何数据"):
        restore(engine, saved, LATER)
    assert _contents(engine) == before


def test_contradicting_backup_changes_nothing(engine: Engine, saved: Path) -> None:
    def change(database: Path, manifest: dict[str, object]) -> None:
        import hashlib

        with closing(sqlite3.connect(database)) as connection:
            connection.execute("DELETE FROM revision")
            connection.commit()
        manifest["database_sha256"] = hashlib.sha256(database.read_bytes()).hexdigest()

    _rewritten(saved, change)
    before = _contents(engine)
    with pytest.raises(BackupError, match="前后矛盾"):
        restore(engine, saved, LATER)
    assert _contents(engine) == before


def test_missing_file_and_folder_are_named(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="没有这个文件"):
        restore(engine, tmp_path / "none.zip", NOW)
    with pytest.raises(BackupError, match="不存在"):
        back_up(engine, None, tmp_path / "none" / "b.zip", NOW)


def test_a_process_that_does_nothing_else_restores_every_table(data_dir: Path, engine: Engine, saved: Path) -> None:
    open_database(f"sqlite:///{data_dir / 'huashu.sqlite3'}").dispose()
    ended = huashu(data_dir, "restore", saved)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"已从 {saved} 恢复。" in ended.stdout
    restored = create_engine(f"sqlite:///{data_dir / 'huashu.sqlite3'}")
    tables = [table for table, rows in _contents(engine).items() if rows]
    assert {"card", "revision", "question", "reply", "account"} <= set(tables)
    assert [table for table in tables if not _contents(restored)[table]] == []
    restored.dispose()


@pytest.mark.parametrize("name", ["data.sqlite3", "data.sqlite3-wal", "data.sqlite3-shm", "link.zip", "secret.key"])
def test_backup_never_writes_over_what_is_in_use(tmp_path: Path, name: str) -> None:
    live = tmp_path / "data.sqlite3"
    engine = open_database(f"sqlite:///{live}")
    (tmp_path / "link.zip").symlink_to(live)
    (tmp_path / "secret.key").write_text("the-key")
    spelled = tmp_path / "there" / ".." / name
    (tmp_path / "there").mkdir()
    for file in (tmp_path / name, spelled):
        with pytest.raises(BackupError, match="正在使用的文件"):
            back_up(engine, "the-key", file, NOW, never_over=[tmp_path / "secret.key"])
    assert live.read_bytes().startswith(b"SQLite format 3")
    assert (tmp_path / "secret.key").read_text() == "the-key"
    back_up(engine, "the-key", tmp_path / "b.zip", NOW)
    engine.dispose()


def test_postgres_is_sent_to_its_own_tool(tmp_path: Path) -> None:
    other = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(BackupError, match="pg_dump"):
        back_up(other, None, tmp_path / "b.zip", NOW)


def test_backup_while_others_write_is_one_state(engine: Engine, session: Session, saved: Path, clock: Clock) -> None:
    archive_card(session, 1, Actor("x", clock()))
    session.flush()  # written, not committed
    with Session(engine) as other:
        back_up(engine, None, saved, NOW)
        restored = open_database(f"sqlite:///{saved.parent / 'r.sqlite3'}")
        session.rollback()
        restore(restored, saved, LATER)
        assert other.exec(select(Card.status)).one() == "published"
    with Session(restored) as there:
        assert there.exec(select(Card.status)).one() == "published"
    restored.dispose()
