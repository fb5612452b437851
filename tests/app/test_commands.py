"""Every command as people type it, run in this process; each ends with an exit code and at most one line of error."""

import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import Session, select

from api.accounts import check_password, use_login_link
from api.passwords import FailedLogins
from api.tables import Account, ApiToken
from api.tokens import holder_of_token
from app.composition import present
from app.database import open_database
from kb.cards.tables import Shop
from kb.search.background import background_texts
from tests.app.conftest import Huashu
from tests.embeddings.tiny_model import write_tiny_model

HORSE = {"external_id": "horse", "standard_question": "木马摇椅多大的孩子能坐", "replies": ["一岁半到四岁。"]}
KITE = {"external_id": "kite", "standard_question": "风筝线有多长", "replies": ["三百米。"]}


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    file = tmp_path / "cards.jsonl"
    file.write_text("\n".join(json.dumps(card, ensure_ascii=False) for card in (HORSE, KITE)), encoding="utf-8")
    return file


def test_every_command_has_help_in_chinese(huashu: Huashu) -> None:
    told = huashu("--help")
    assert told.code == 0
    for line in told.out.split("Commands:")[1].strip().splitlines():
        command = line.split()[0]
        helped = huashu(command, "--help")
        assert helped.code == 0
        assert any("\u4e00" <= letter <= "\u9fff" for letter in helped.out)


def test_imported_cards_are_suggested_exported_and_evaluated(huashu: Huashu, cards: Path, tmp_path: Path) -> None:
    checked = huashu("import-cards", cards, "--dry-run")
    assert checked.out == "检查完毕（没有写入）：新增 2 行，更新 0 行，未变 0 行，拒绝 0 行。\n"
    assert huashu("import-cards", cards, "--publish").out == "导入完毕：新增 2 行，更新 0 行，未变 0 行，拒绝 0 行。\n"
    assert huashu("import-cards", cards, "--publish").out == "导入完毕：新增 0 行，更新 0 行，未变 2 行，拒绝 0 行。\n"

    told = huashu("suggest", "木马摇椅", "多大的孩子能坐呀", "--top", 1)
    assert told.code == 0
    assert "一岁半到四岁。" in told.out
    assert "三百米" not in told.out

    exported = tmp_path / "out.csv"
    assert huashu("export-cards", exported).out == f"已导出 2 张知识卡到 {exported}。\n"
    assert (
        huashu("import-cards", exported, "--publish").out == "导入完毕：新增 0 行，更新 0 行，未变 2 行，拒绝 0 行。\n"
    )

    golden = tmp_path / "golden.jsonl"
    golden.write_text('{"text": "木马摇椅多大的孩子能坐", "card": "horse"}\n', encoding="utf-8")
    figures = json.loads(huashu("evaluate", golden, "--json").out)
    assert (figures["questions"], figures["mrr_at_10"], figures["recall_at_5"]) == (1, 1.0, 1.0)
    assert "MRR@10: 1.000" in huashu("evaluate", golden).out


def test_refused_rows_are_named_and_make_the_exit_code_1(huashu: Huashu, cards: Path) -> None:
    cards.write_text(cards.read_text(encoding="utf-8") + '\n{"standard_question": "", "phase": "x"}', encoding="utf-8")
    told = huashu("import-cards", cards)
    assert told.code == 1
    assert told.out == "导入完毕：新增 2 行，更新 0 行，未变 0 行，拒绝 1 行（原因 3 条，见上）。\n"
    assert [line.split()[:2] for line in told.err.splitlines()[-3:]] == [
        ["cards.jsonl:3", column] for column in ("standard_question", "replies", "phase")
    ]


def test_token_stands_alone_on_stdout_and_works(huashu: Huashu, data_dir: Path) -> None:
    secret = huashu("create-token", "--role", "trainer", "--name", "导入脚本", "--shop", "mian").out
    assert secret.startswith("hs_")
    assert secret.count("\n") == 1
    engine = open_database(f"sqlite:///{data_dir / 'huashu.sqlite3'}")
    with Session(engine) as session:
        holder = holder_of_token(session, secret.strip(), present(), "203.0.113.9")
        assert holder is not None
        assert (holder.identity.role, holder.identity.shops) == ("trainer", frozenset({"mian"}))
        assert secret.strip() not in str(session.exec(select(ApiToken)).one())
    engine.dispose()


@pytest.mark.parametrize("command", [("create-account", "小林"), ("create-token",)])
def test_shop_that_does_not_exist_yet_is_warned_of(huashu: Huashu, data_dir: Path, command: tuple[str, ...]) -> None:
    _name_shop(data_dir)
    told = huashu(*command, "--role", "agent", "--shop", "typo", "--shop", "mian")
    assert told.code == 0
    [warning] = [line for line in told.err.splitlines() if line.startswith("注意：")]
    assert "还没有编号为“typo”的店铺" in warning


def test_suggest_knows_the_shop_by_its_platform_and_name(huashu: Huashu, data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "cards.jsonl"
    rows = [
        {"standard_question": "风筝线有多长", "replies": ["{店铺名称}的线三百米。"], "platforms": ["jd"]},
        {"standard_question": "风筝线多长呀", "replies": ["淘宝的线两百米。"], "platforms": ["taobao"]},
    ]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    assert huashu("import-cards", file, "--publish").code == 0
    _name_shop(data_dir)
    told = huashu("suggest", "风筝线有多长", "--shop", "mian")
    assert "棉棉童装的线三百米。" in told.out
    assert "淘宝" not in told.out


def _name_shop(data_dir: Path) -> None:
    """The shop `mian` on JD."""
    engine = open_database(f"sqlite:///{data_dir / 'huashu.sqlite3'}")
    with Session(engine) as session:
        session.merge(Shop(code="mian", name="棉棉童装", platform="jd", created_at=present()))
        session.commit()
    engine.dispose()


def test_account_gets_a_link_that_works_once(huashu: Huashu, data_dir: Path) -> None:
    told = huashu("create-account", "老板", "--role", "admin")
    url, secret = told.out.strip().rsplit("/", 1)
    assert url == "http://127.0.0.1:8000/login/link"
    assert huashu("create-account", "老板", "--role", "admin").error.startswith("错误：账号“老板”已经存在")
    assert huashu("create-token", "--account", "老板").code == 0
    engine = open_database(f"sqlite:///{data_dir / 'huashu.sqlite3'}")
    with Session(engine) as session:
        assert use_login_link(session, secret, present(), "203.0.113.9").name == "老板"
    engine.dispose()


@pytest.mark.parametrize(("said", "code", "told"), [("", 130, "已取消"), ("n\n", 130, "已取消"), ("y\n", 0, "")])
def test_samples_are_removed_only_when_one_is_sure(
    huashu: Huashu, data_dir: Path, monkeypatch: pytest.MonkeyPatch, said: str, code: int, told: str
) -> None:
    engine = open_database(f"sqlite:///{data_dir / 'huashu.sqlite3'}")
    with Session(engine) as session:
        session.add(Shop(code="sample", name="示例", platform="jd", is_demo=True, created_at=present()))
        session.commit()
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        ended = huashu("remove-samples")
        assert (ended.code, told in ended.error) == (code, True)
        assert "确定吗" in ended.out
        assert len(session.exec(select(Shop)).all()) == (1 if code else 0)
    engine.dispose()


def test_password_may_come_from_a_script(huashu: Huashu, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    told = huashu("create-account", "小林", "--role", "agent", "--shop", "mian", "--password")
    assert (told.code, told.out) == (0, "")
    engine = open_database(f"sqlite:///{data_dir / 'huashu.sqlite3'}")
    with Session(engine) as session:
        account = session.exec(select(Account)).one()
        assert account.shops == ["mian"]
        check_password(session, FailedLogins(), "小林", "correct horse battery", present(), "203.0.113.9")
    engine.dispose()


def test_backup_and_restore_bring_everything_back(huashu: Huashu, cards: Path, tmp_path: Path, data_dir: Path) -> None:
    huashu("import-cards", cards, "--publish")
    file = tmp_path / "b.zip"
    assert huashu("backup", file).out.startswith(f"已备份到 {file}（")
    engine_file = data_dir / "huashu.sqlite3"
    with closing(sqlite3.connect(engine_file)) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("DELETE FROM card")
        connection.commit()
    told = huashu("restore", file)
    assert (told.code, told.out.splitlines()[-1]) == (0, f"已从 {file} 恢复。")
    assert "三百米。" in huashu("suggest", "风筝线有多长").out


def test_reindex_builds_the_index_again(huashu: Huashu, cards: Path, data_dir: Path) -> None:
    huashu("import-cards", cards, "--publish")
    assert huashu("reindex").out == "索引已重建：2 张知识卡，2 个问题。\n"
    [file] = (data_dir / "index").rglob("*.snapshot")
    file.write_bytes(b"broken")
    assert huashu("reindex").code == 0
    assert len(file.read_bytes()) > len(b"broken")


def test_another_model_answers_with_vectors_of_its_own(
    huashu: Huashu, cards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    huashu("import-cards", cards, "--publish")
    monkeypatch.setenv("HUASHU_MODEL", str(write_tiny_model(tmp_path / "tiny")))
    assert "木马摇椅" in huashu("suggest", "木马摇椅多大的孩子能坐").out
    with closing(sqlite3.connect(data_dir / "huashu.sqlite3")) as connection:
        made = dict(connection.execute("SELECT model_id, count(*) FROM cached_vector GROUP BY model_id").fetchall())
        lengths = dict(connection.execute("SELECT model_id, max(length(vector)) FROM cached_vector GROUP BY 1"))
    # The bundled model embedded the import's two questions; the other one these, and the background to weigh them by.
    assert sorted(made.values()) == [2, 2 + len(background_texts())]
    assert sorted(lengths.values()) == [2 * 32, 2 * 384]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("import-cards", "nodir/none.csv"), "nodir/none.csv：没有这个文件"),
        (("import-cards", "folder.csv"), "folder.csv：是一个文件夹"),
        (("import-cards", "some.doc"), "不认识的格式"),
        (("export-cards", "nodir/x.csv"), "nodir/x.csv：文件夹 nodir 不存在"),
        (("export-cards", "folder.csv"), "错误：folder.csv：是一个文件夹"),
        (("evaluate", "none.jsonl"), "none.jsonl：不存在"),
        (("restore", "none.zip"), "没有这个文件"),
        (("backup", "none/b.zip"), "文件夹 none 不存在"),
        (("backup", "folder.csv"), "folder.csv 是一个文件夹，请写上文件名"),
        (("backup", "data/huashu.sqlite3"), "正在使用的文件"),
        (("backup", "data/secret.key"), "正在使用的文件"),
        (("create-token", "--account", "没有"), "没有名为“没有”的账号"),
        (("create-token",), "role 和 account"),
        (("suggest", "  "), "请写上顾客的话，例如：huashu suggest"),
        (("remove-samples", "--now"), "命令写得不对"),
        (("serv",), "命令写得不对"),
    ],
)
def test_expected_error_is_one_line_and_an_exit_code(
    huashu: Huashu, arguments: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "some.doc").touch()
    (tmp_path / "folder.csv").mkdir()
    ended = huashu(*arguments)
    assert ended.code in (1, 2)
    assert ended.error.startswith("错误：")
    assert told in ended.error
    assert "Traceback" not in ended.err


def test_missing_model_folder_is_named(huashu: Huashu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUASHU_MODEL", str(tmp_path / "no-model"))
    ended = huashu("suggest", "在吗")
    assert ended.code == 1
    assert ended.error.startswith(f"错误：找不到模型文件夹 {tmp_path / 'no-model'}")
    assert "HUASHU_MODEL" in ended.error


def test_unusable_setting_is_named(huashu: Huashu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUASHU_PORT", "http")
    ended = huashu("remove-samples", "--yes")
    assert (ended.code, "HUASHU_PORT" in ended.error) == (2, True)
    monkeypatch.setenv("HUASHU_PORT", "8000")
    monkeypatch.setenv("HUASHU_SECRET_KEY", "changeme")
    assert huashu("remove-samples", "--yes").error.startswith("错误：HUASHU_SECRET_KEY 还是占位值")


def test_locked_database_is_said_in_one_line(huashu: Huashu, data_dir: Path, cards: Path) -> None:
    huashu("import-cards", cards)
    with closing(sqlite3.connect(data_dir / "huashu.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ended = huashu("create-token", "--role", "agent")
    assert (ended.code, ended.error) == (1, "错误：数据库正被别的程序占用，请稍后重试；没有写入任何内容。")


def test_file_that_is_no_database_is_said_in_one_line(huashu: Huashu, data_dir: Path) -> None:
    (data_dir / "huashu.sqlite3").write_bytes(b"this is no database at all" * 100)
    ended = huashu("export-cards", data_dir / "out.yaml")
    assert ended.code == 1
    assert "数据库文件已损坏" in ended.error
