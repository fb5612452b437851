"""Importing 200,000 messages: ``python -m benchmarks.conversation_import [MESSAGES]``.

Conversations made of own words, with personal data in every tenth, as JSONL and as CSV. Each file is imported by the
real command into an empty data directory, and once more, which changes nothing: time, processor time, peak memory of
the process, how long the database was locked for writing, and whether planted personal data is gone.
"""

import csv
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

RESULTS = Path(__file__).parent / "results" / "conversation_import.json"
TREE = Path(__file__).parents[1]
MESSAGES = 200_000
_PER_CONVERSATION = 20
_ASKED = (
    "在吗", "这款还有货吗", "{n}号下的单什么时候发呀", "能不能换大一码", "收到的时候盒子是瘪的，里面少了{n}个配件",
    "退的话运费怎么算", "都{n}天了物流一点都没动，麻烦看看", "好的，那我再想想", "发票抬头写错了能重开吗", "谢谢",
)  # fmt: skip
_ANSWERED = (
    "您好，在的", "有货的，今天付款明天就能出库", "您的订单 2026{n}0012345{n} 已经打包", "可以的，吊牌别剪就行",
    "非常抱歉，我马上登记补发，{n}天内给您消息", "质量问题运费我们承担", "我催一下仓库，请稍等", "好的，有需要随时找我",
    "可以重开，请发一下新的抬头", "不客气，祝您生活愉快",
)  # fmt: skip
_PERSONAL = ("顾晓雯", "139{a}{b}", "江苏省苏州市姑苏区平江路{n}号{n}幢{n}01室", "加我微信 gu_xw{n}")


def main() -> None:
    """Measures, prints, and writes benchmarks/results/conversation_import.json."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    results: dict[str, Any] = {"messages": messages}
    with TemporaryDirectory() as name:
        folder = Path(name)
        for suffix, write in ((".jsonl", _write_jsonl), (".csv", _write_csv)):
            file = folder / f"conversations{suffix}"
            write(file, messages)
            data_dir = folder / suffix[1:]
            results[suffix] = {
                "file_mb": round(file.stat().st_size / 1024**2, 1),
                "first": _import(data_dir, file),
                "again": _import(data_dir, file),
                "planted_left": _planted_left(data_dir),
                "database_mb": round((data_dir / "huashu.sqlite3").stat().st_size / 1024**2, 1),
            }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, ensure_ascii=False, indent=1))


def _conversations(messages: int) -> Iterator[list[tuple[str, str, str]]]:
    """`(role, text, time)` of each conversation; one in ten holds personal data."""
    chance = random.Random(7)
    for number in range(messages // _PER_CONVERSATION):
        lines = []
        for place in range(_PER_CONVERSATION):
            is_asked = place % 2 == 0
            text = chance.choice(_ASKED if is_asked else _ANSWERED)
            if number % 10 == 0 and is_asked and place // 2 < len(_PERSONAL):
                text = ("收件人：" if place == 0 else "") + _PERSONAL[place // 2]
            filled = text.format(n=chance.randint(1, 30), a=chance.randint(1000, 9999), b=chance.randint(1000, 9999))
            at = f"2026-11-{1 + number % 20:02} {9 + number % 12:02}:{place:02}:{chance.randint(0, 59):02}"
            lines.append(("customer" if is_asked else "agent", filled, at))
        yield lines


def _write_jsonl(file: Path, messages: int) -> None:
    with file.open("w", encoding="utf-8") as text:
        for number, lines in enumerate(_conversations(messages)):
            said = [{"role": role, "text": told, "sent_at": at} for role, told, at in lines]
            head = {"conversation_id": f"c{number}", "platform": "tmall", "shop": "bench", "agent": f"a{number % 9}"}
            text.write(json.dumps({**head, "messages": said}, ensure_ascii=False) + "\n")


def _write_csv(file: Path, messages: int) -> None:
    with file.open("w", encoding="gb18030", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(["会话编号", "平台", "店铺", "客服", "角色", "内容", "时间"])
        for number, lines in enumerate(_conversations(messages)):
            for role, told, at in lines:
                word = {"customer": "顾客", "agent": "客服"}[role]
                rows.writerow([f"c{number}", "天猫", "bench", f"a{number % 9}", word, told, at])


def _import(data_dir: Path, file: Path) -> dict[str, Any]:
    """One run of the command; peak memory and processor time are the kernel's own count for the process."""
    started = time.monotonic()
    environment = {**os.environ, "HUASHU_DATA_DIR": str(data_dir)}
    command = [sys.executable, "-m", "app", "import-conversations", str(file)]
    process = subprocess.Popen(
        command, cwd=TREE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    told, writing_at = "", started
    for line in process.stdout:
        told = line
        if line.startswith("写入"):
            writing_at = time.monotonic()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    ended = time.monotonic()
    if process.returncode:
        raise SystemExit(f"import-conversations failed: {told}")
    counted = re.search(r"消息新增 (\d+) 条", told)
    return {
        "seconds": round(ended - started, 1),
        "processor_s": round(used.ru_utime + used.ru_stime, 1),
        "locked_s": round(ended - writing_at, 1),
        "peak_mb": round(used.ru_maxrss / 1024, 1),
        "new_messages": int(counted[1]) if counted else None,
    }


def _planted_left(data_dir: Path) -> int:
    """How many messages still hold a planted phone, address, name or WeChat id."""
    with closing(sqlite3.connect(data_dir / "huashu.sqlite3")) as connection:
        left = " OR ".join(
            f"text GLOB '{seen}'" for seen in ("*顾晓雯*", "*139[0-9][0-9][0-9][0-9]*", "*平江路*", "*gu_xw*")
        )
        [(count,)] = connection.execute(f"SELECT count(*) FROM message WHERE {left}")
        return int(count)


if __name__ == "__main__":
    main()
