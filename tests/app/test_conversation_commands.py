"""`import-conversations` and `erase-customer` as people type them."""

from pathlib import Path

from tests.app.conftest import Huashu

_CSV = (
    "会话编号,平台,店铺,客服,顾客,角色,内容\nc1,京东,mian,linlin,小鹿,顾客,在吗\nc1,京东,mian,linlin,小鹿,客服,在的\n"
)


def test_imported_once_unchanged_again_and_erased(huashu: Huashu, tmp_path: Path) -> None:
    file = tmp_path / "会话.csv"
    file.write_bytes(_CSV.encode("gb18030"))
    checked = huashu("import-conversations", file, "--dry-run")
    assert checked.out == "检查完毕（没有写入）：会话新增 1 段，更新 0 段，未变 0 段；消息新增 2 条；拒绝 0 行。\n"
    imported = huashu("import-conversations", file)
    assert imported.out == "导入完毕：会话新增 1 段，更新 0 段，未变 0 段；消息新增 2 条；拒绝 0 行。\n"
    assert "新的客服编号（写错了请改正后重新导入）：linlin" in imported.err
    assert "未变 1 段；消息新增 0 条" in huashu("import-conversations", file).out
    assert huashu("erase-customer", "小鹿", "--yes").out == "已删除 1 段会话，2 条消息。\n"
    assert "会话新增 1 段" in huashu("import-conversations", file).out


def test_refused_rows_are_told_and_the_exit_code_is_1(huashu: Huashu, tmp_path: Path) -> None:
    file = tmp_path / "会话.csv"
    file.write_text(_CSV + "c2,京东,mian,linlin,,老板,在\n", encoding="utf-8")
    ended = huashu("import-conversations", file)
    assert (ended.code, "会话.csv:4 角色 " in ended.err) == (1, True)
    assert "拒绝 1 行" in ended.out


def test_foreign_headings_and_missing_columns_are_said_once_on_the_command_line(huashu: Huashu, tmp_path: Path) -> None:
    file = tmp_path / "会话.csv"
    file.write_text("编码,身份,聊天记录\nc1,顾客,在吗\n", encoding="utf-8")
    failed = huashu("import-conversations", file)
    assert failed.code == 1
    assert failed.err.splitlines()[-1].startswith("错误：会话.csv：缺少列 “会话编号”")
    told = [f"--column={pair}" for pair in ("会话编号=编码", "role=身份", "内容=聊天记录")]
    outside = ("--platform", "jd", "--shop", "mian")
    assert "会话新增 1 段" in huashu("import-conversations", file, *outside, *told).out
    assert "未变 1 段" in huashu("import-conversations", file, *outside).out
    for wrong in ("--column=内容", "--column=心情=x"):
        assert huashu("import-conversations", file, *outside, wrong).code == 1


def test_a_file_that_is_not_there_is_named(huashu: Huashu, tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        ended = huashu("import-conversations", path)
        assert (ended.code, str(path) in ended.err) == (1, True)
