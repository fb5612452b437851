"""`huashu import-cards` killed at its two long moments: all cards or none, and the next run completes."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.app.processes import ROOT, environment, huashu, until

ROWS = 1_500


def _write_cards(file: Path) -> None:
    lines = (
        {
            "external_id": f"c{number}",
            "standard_question": f"第{number}号商品付款以后多久能从仓库发出来",
            "replies": [f"{number} 小时内。"],
        }
        for number in range(ROWS)
    )
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")


def _start(data_dir: Path, cards: Path, said: Path) -> subprocess.Popen[bytes]:
    with said.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "app", "import-cards", "--publish", str(cards)],
            env=environment(data_dir),
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def _kill(process: subprocess.Popen[bytes], said: Path) -> None:
    process.kill()
    assert process.wait() == -signal.SIGKILL, said.read_text()


def _count(data_dir: Path, table: str) -> int:
    """Rows of a table; 0 where the database is not there yet or not migrated."""
    file = data_dir / "huashu.sqlite3"
    if not file.exists():
        return 0
    connection = sqlite3.connect(file)
    try:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()
    return found


def test_killed_import_leaves_no_half_and_the_next_completes_it(data_dir: Path, tmp_path: Path) -> None:
    cards, said = tmp_path / "cards.jsonl", tmp_path / "said.txt"
    _write_cards(cards)

    embedding = _start(data_dir, cards, said)
    until(lambda: _count(data_dir, "cached_vector") > 0, 120)
    _kill(embedding, said)
    vectors = _count(data_dir, "cached_vector")
    assert 0 < vectors < ROWS
    assert _count(data_dir, "card") == _count(data_dir, "revision") == _count(data_dir, "question") == 0

    writing = _start(data_dir, cards, said)
    until(lambda: "写入" in said.read_text(), 120)
    _kill(writing, said)
    assert _count(data_dir, "cached_vector") == ROWS
    written = _count(data_dir, "card")
    assert written in (0, ROWS)
    assert _count(data_dir, "revision") == _count(data_dir, "question") == _count(data_dir, "card_change") == written

    last = huashu(data_dir, "import-cards", "--publish", cards)
    assert last.returncode == 0, last.stderr
    told = re.search(r"新增 (\d+) 行，更新 0 行，未变 (\d+) 行，拒绝 0 行", last.stdout)
    assert told is not None, last.stdout
    assert (int(told[1]), int(told[2])) == (ROWS - written, written)
    for table in ("card", "revision", "question", "reply", "cached_vector"):
        assert _count(data_dir, table) == ROWS, table
